import { formatIpv4 } from '../../src/base/address.ts'
import { Random } from '../random.ts'
import type { Output } from './output.ts'
import { Ending, type Traffic, tcp } from './traffic.ts'

type Row = (traffic: Traffic, time: number, random: Random) => string

/**
 * Writes one row a conversation, evenly spread over an hour, in the order in which they ended (as sensors do).
 * @param start microseconds since the epoch
 */
function writeRows(output: Output, traffic: Traffic, count: number, start: number, row: Row): void {
  const random = new Random(5381)
  for (let i = 0; i < count; i++) {
    traffic.next()
    output.text(row(traffic, start + Math.floor((3600e6 * i) / count), random))
  }
}

const zeekFields = [
  ...['ts time', 'uid string', 'id.orig_h addr', 'id.orig_p port', 'id.resp_h addr', 'id.resp_p port', 'proto enum'],
  ...['service string', 'duration interval', 'orig_bytes count', 'resp_bytes count', 'conn_state string'],
  ...['local_orig bool', 'local_resp bool', 'missed_bytes count', 'history string', 'orig_pkts count'],
  ...['orig_ip_bytes count', 'resp_pkts count', 'resp_ip_bytes count', 'tunnel_parents set[string]'],
].map((field) => field.split(' '))

/** Zeek's conn.log in its TSV form. */
export function writeZeek(output: Output, traffic: Traffic, count: number, start: number): void {
  output.text('#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n')
  output.text('#open\t2026-11-22-00-00-00\n')
  output.text(`#fields\t${zeekFields.map(([name]) => name).join('\t')}\n`)
  output.text(`#types\t${zeekFields.map(([, type]) => type).join('\t')}\n`)
  writeRows(output, traffic, count, start, zeekRow)
}

function zeekRow(t: Traffic, time: number, random: Random): string {
  const uid = `C${random.word().toString(36)}${random.word().toString(36)}`
  const ends = `${formatIpv4(t.source)}\t${t.sourcePort}\t${formatIpv4(t.target)}\t${t.targetPort}`
  const length = t.ending === Ending.established && t.protocol === tcp ? random.below(9000000) : 0
  const head = `${((time - length) / 1e6).toFixed(6)}\t${uid}\t${ends}\t${t.protocol === tcp ? 'tcp' : 'udp'}`
  if (t.ending === Ending.silent) return `${head}\t-\t-\t-\t-\tS0\tF\tT\t0\tS\t1\t60\t0\t0\t-\n`
  if (t.ending === Ending.refused) return `${head}\t-\t0.031250\t0\t0\tREJ\tF\tT\t0\tSr\t1\t60\t1\t40\t-\n`
  const sent = 100 + random.below(900)
  const got = 200 + random.below(20000)
  if (t.protocol !== tcp) return `${head}\tdns\t0.021000\t40\t120\tSF\tF\tT\t0\tDd\t1\t68\t1\t148\t-\n`
  return `${head}\tssl\t${(length / 1e6).toFixed(6)}\t${sent}\t${got}\tSF\tF\tT\t0\tShADadFf\t8\t${sent + 420}\t9\t${got + 470}\t-\n`
}

/** A Linux firewall that logs every new connection (netfilter LOG, rsyslog's traditional form). */
export function writeKernel(output: Output, traffic: Traffic, count: number, start: number): void {
  let second = 0
  let stamp = ''
  writeRows(output, traffic, count, start, (t, time, random) => {
    if (Math.floor(time / 1e6) !== second) {
      second = Math.floor(time / 1e6)
      const date = new Date(second * 1000)
      stamp = `Nov ${date.getUTCDate()} ${date.toISOString().slice(11, 19)}`
    }
    const uptime = ((time - start) / 1e6 + 1847).toFixed(6)
    const ends = `SRC=${formatIpv4(t.source)} DST=${formatIpv4(t.target)}`
    const transport =
      t.protocol === tcp
        ? `PROTO=TCP SPT=${t.sourcePort} DPT=${t.targetPort} WINDOW=64240 RES=0x00 SYN URGP=0 `
        : `PROTO=UDP SPT=${t.sourcePort} DPT=${t.targetPort} LEN=48 `
    return (
      `${stamp} fw kernel: [ ${uptime}] FW-NEW: IN=ext0 OUT=lan0 MAC=02:00:00:00:00:01:02:00:00:00:00:66:08:00 ` +
      `${ends} LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=${random.below(65536)} DF ${transport}\n`
    )
  })
}

/** Suricata's EVE JSON, `flow` events. */
export function writeEve(output: Output, traffic: Traffic, count: number, start: number): void {
  writeRows(output, traffic, count, start, eveRow)
}

function eveRow(t: Traffic, time: number, random: Random): string {
  const begun = isoMicroseconds(time - (t.ending === Ending.established ? random.below(9000000) : 0))
  const ended = isoMicroseconds(time)
  const answered = t.ending === Ending.established
  const replies = t.ending === Ending.silent ? 0 : answered ? 9 : 1
  const isTcp = t.protocol === tcp
  const [out, back] = answered ? ['1b', '1b'] : ['02', replies > 0 ? '14' : '00']
  const state = t.ending === Ending.silent ? 'new' : isTcp ? 'closed' : 'established'
  const flow =
    `"flow":{"pkts_toserver":${answered ? 8 : 1},"pkts_toclient":${replies},"bytes_toserver":${answered ? 1320 : 74},` +
    `"bytes_toclient":${answered ? 9120 : replies * 60},"start":"${begun}","end":"${ended}","age":0,"state":"${state}",` +
    `"reason":"timeout","alerted":false}`
  const flags = isTcp ? `,"tcp":{"tcp_flags":"1b","tcp_flags_ts":"${out}","tcp_flags_tc":"${back}","syn":true}` : ''
  return (
    `{"timestamp":"${ended}","flow_id":${1e15 + random.word()},"in_iface":"ext0","event_type":"flow",` +
    `"src_ip":"${formatIpv4(t.source)}","src_port":${t.sourcePort},"dest_ip":"${formatIpv4(t.target)}",` +
    `"dest_port":${t.targetPort},"proto":"${isTcp ? 'TCP' : 'UDP'}","app_proto":"${answered ? 'tls' : 'failed'}",${flow}${flags}}\n`
  )
}

function isoMicroseconds(time: number): string {
  const milliseconds = new Date(time / 1000).toISOString().slice(0, 23)
  return `${milliseconds}${String(time % 1000).padStart(3, '0')}+0000`
}
