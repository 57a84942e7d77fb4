import { connLog } from './fields.ts'

const headerless =
  /^\d{1,11}\.\d+\t[A-Za-z0-9]+\t[0-9a-fA-F.:]+\t\d{1,5}\t[0-9a-fA-F.:]+\t\d{1,5}\t(tcp|udp|icmp|sctp|unknown_transport)\t[^\t]*\t(-|[\d.]+)\t(-|\d+)\t(-|\d+)\t(-|S[0-3FH]|SHR|REJ|OTH|RST[A-Z0-9]+)(\t|$)/

/** Whether an input begins as a Zeek conn log in its own text form: by its header, else by the shape of its first line. */
export function sniffTsv(head: Uint8Array): number {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 16384)).toString('latin1')
  const lines = text.split(/\r?\n/, 40).map((line) => line.replace(/^[ \t]+/, ''))
  if (!lines[0]?.startsWith('#')) return headerless.test(lines[0] ?? '') ? 0.9 : 0
  const fields = lines.find((line) => line.startsWith('#fields'))
  if (fields === undefined) return 0
  const path = lines.find((line) => line.startsWith('#path'))
  if (path !== undefined) return connLog.isPath(path.slice(6).trim()) ? 1 : 0
  return /[^a-z.]id\.orig_h[^a-z]/.test(fields) && /conn_state|resp_ip_bytes|orig_pkts/.test(fields) ? 0.9 : 0
}

/** Whether the first line of an input is a JSON object with the fields of a conn record. */
export function sniffJson(head: Uint8Array): number {
  const line = firstLine(head)
  if (!line.startsWith('{') || !/"ts"\s*:/.test(line)) return 0
  if (!/"id\.orig_h"\s*:|"id"\s*:\s*\{[^}]*"orig_h"\s*:/.test(line)) return 0
  const path = /"_path"\s*:\s*"([^"]*)"/.exec(line)
  if (path) return connLog.isPath(path[1] as string) ? 1 : 0.3
  return /"(conn_state|orig_ip_bytes|missed_bytes)"\s*:/.test(line) ? 0.9 : 0
}

function firstLine(head: Uint8Array): string {
  const end = head.indexOf(10)
  return Buffer.from(head.buffer, head.byteOffset, end < 0 ? head.length : end)
    .toString('latin1')
    .trimStart()
}
