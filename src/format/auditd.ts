import { Calls, passCalls, startCalls } from './auditd/calls.ts'
import { Head } from './auditd/head.ts'
import { appendSockaddr } from './auditd/row.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

function open({ carried }: FormatContext): Decode {
  const calls = new Calls(carried)
  const head = new Head()
  return (bytes, from, to, batch) => {
    if (!head.read(bytes, from, to)) return Decoded.ignored
    if (head.isCall) {
      calls.remember(bytes, from, to)
      return Decoded.ignored
    }
    if (!head.isSockaddr) return Decoded.ignored
    if (!head.readTime(bytes)) {
      batch.reason = 'no readable time and serial number'
      return Decoded.malformed
    }
    return appendSockaddr(bytes, head, to, calls, batch)
  }
}

const known = new Head()

const format: LineFormat = {
  id: 'auditd',
  title: 'Linux audit log: connections of processes',
  about:
    'Records SOCKADDR of auditd (audit.log, with or without a syslog header, raw, enriched, or interpreted by ausearch -i), ' +
    'each with the SYSCALL record of the same event, which is among the 16 before it: connect, sendto and sendmsg towards ' +
    'the address, accept and recvfrom from it; bind is ignored, as are local sockets. The row has program, account (auid, or ' +
    'the name where told) and node. The protocol is not in the log: connect is taken for TCP, but to the ports of DNS, ' +
    'NTP and other services of UDP alone, sendto and sendmsg for UDP. Refused, unreachable and forbidden are told by the ' +
    'exit code; that a connection was made is not. Documented in audit-userspace, auditd.conf(5) and ausearch(8).',
  blind: ['what no audit rule logs', 'the local address', 'the transport protocol', 'whether a connection was made'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, (bytes, from, to) => known.read(bytes, from, to)),
  open,
  carry: { start: startCalls, pass: passCalls },
}

export default format
