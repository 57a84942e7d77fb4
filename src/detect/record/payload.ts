/** Names what a probe's first payload asks for and what a service's first payload gives away (requirement D7). */

const latin = new TextDecoder('latin1')

interface Pattern {
  readonly name: string
  readonly test: (text: string, bytes: Uint8Array, port: number) => boolean
}

const probes: readonly Pattern[] = [
  {
    name: 'nmap version probe',
    test: (text) =>
      /Trinity|nice%20ports|sip:nm@nm|mstshash=nmap|random1random2random3random4|OPTIONS sip:nm/.test(text),
  },
  { name: 'nmap scripting engine (HTTP)', test: (text) => text.includes('Nmap Scripting Engine') },
  { name: 'masscan banner (HTTP)', test: (text) => /ivre-masscan|ivre\.rocks|User-Agent: masscan/.test(text) },
  { name: 'zgrab (HTTP)', test: (text) => text.includes('zgrab') },
  { name: 'Censys (HTTP)', test: (text) => text.includes('CensysInspect') },
  {
    name: 'HTTP request',
    test: (text) => /^(GET|HEAD|POST|OPTIONS|PUT|DELETE|CONNECT|TRACE|PROPFIND) [^\r\n]* (HTTP|RTSP)\/\d/.test(text),
  },
  { name: 'TLS client hello', test: (_, b) => b[0] === 0x16 && b[1] === 3 && b[5] === 1 },
  { name: 'SSH identification', test: (text) => text.startsWith('SSH-') },
  {
    name: 'SMB negotiate',
    test: (text, b) =>
      text.includes('PC NETWORK PROGRAM') ||
      (b[4] === 0xff && text.startsWith('SMB', 5)) ||
      (b[4] === 0xfe && text.startsWith('SMB', 5)),
  },
  {
    name: 'RDP connection request',
    test: (text, b) => (b[0] === 3 && b[1] === 0 && b[5] === 0xe0) || text.includes('Cookie: mstshash='),
  },
  { name: 'SIP request', test: (text) => /^(OPTIONS|REGISTER|INVITE) sips?:/.test(text) },
  { name: 'SMTP greeting', test: (text) => /^(EHLO|HELO|HELP|QUIT|MAIL FROM)\b/i.test(text) },
  { name: 'FTP command', test: (text) => /^(USER|SYST|FEAT|PASS) ?/.test(text) },
  { name: 'SNMP request', test: (_, b, port) => (port === 161 || port === 162) && b[0] === 0x30 },
  { name: 'DNS query', test: (_, b, port) => port === 53 && b.length >= 12 },
  { name: 'NTP request', test: (_, b, port) => port === 123 && b.length >= 8 },
  { name: 'SSDP search', test: (text) => text.startsWith('M-SEARCH') },
  { name: 'NetBIOS status request', test: (_, b, port) => port === 137 && b.length >= 12 },
  { name: 'IKE proposal', test: (_, b, port) => (port === 500 || port === 4500) && b.length >= 28 },
]

const replies: readonly Pattern[] = [
  { name: 'SSH banner', test: (text) => text.startsWith('SSH-') },
  { name: 'HTTP response', test: (text) => /^(HTTP|RTSP)\/\d/.test(text) },
  {
    name: 'SMTP banner',
    test: (text, _, port) =>
      /^220[ -]/.test(text) && (port === 25 || port === 587 || port === 465 || /smtp|mail/i.test(text)),
  },
  { name: 'FTP banner', test: (text) => /^220[ -]/.test(text) },
  { name: 'POP3 banner', test: (text) => text.startsWith('+OK') },
  { name: 'IMAP banner', test: (text) => text.startsWith('* OK') },
  {
    name: 'TLS server hello',
    test: (_, b) => (b[0] === 0x16 && b[1] === 3 && b[5] === 2) || (b[0] === 0x15 && b[1] === 3),
  },
  { name: 'SMB response', test: (text) => text.startsWith('SMB', 5) },
  { name: 'RDP response', test: (_, b) => b[0] === 3 && b[1] === 0 && b[5] === 0xd0 },
  { name: 'MySQL greeting', test: (_, b, port) => port === 3306 && b.length > 5 },
  { name: 'Redis reply', test: (text, _, port) => port === 6379 && /^[-+$*:]/.test(text) },
  { name: 'SIP response', test: (text) => text.startsWith('SIP/2.0') },
  { name: 'SNMP response', test: (_, b, port) => port === 161 && b[0] === 0x30 },
  { name: 'DNS response', test: (_, b, port) => port === 53 && b.length >= 12 },
]

/** What a scanner's first payload is; `payload` when it is none we know, undefined when it is empty. */
export function nameProbe(bytes: Uint8Array, protocol: number, port: number): string | undefined {
  return name(probes, bytes, protocol, port, 'other probe payload')
}

/** What a service's first payload is. */
export function nameReply(bytes: Uint8Array, protocol: number, port: number): string | undefined {
  return name(replies, bytes, protocol, port, 'other service reply')
}

function name(
  patterns: readonly Pattern[],
  bytes: Uint8Array,
  protocol: number,
  port: number,
  other: string,
): string | undefined {
  if (bytes.length === 0 || (protocol !== 6 && protocol !== 17)) return undefined
  const text = latin.decode(bytes)
  return patterns.find((pattern) => pattern.test(text, bytes, port))?.name ?? other
}
