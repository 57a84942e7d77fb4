import { Subject } from '../event/batch.ts'
import { outcomeOfRcode } from '../event/dns.ts'
import { Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { firstField, zeekLog } from '../framing/zeek-log.ts'

const rcode = firstField + 2

export default zeekLog({
  id: 'zeek-dns',
  title: 'Zeek dns.log',
  about:
    'The DNS log of Zeek, tab-separated (with its # header, columns in any order) or as one JSON object a line (told by ' +
    '_path or by its fields). The row has the client, the server, query, qtype_name, rcode_name and the first of the ' +
    'answers; a response code means that the server answered, REFUSED and NOTAUTH that it refused. mDNS, LLMNR and ' +
    'NetBIOS names stand in the same log: the port tells them. Not read: uid, TTLs, flags. Documented at docs.zeek.org, DNS::Info.',
  blind: ['DNS only'],
  path: 'dns',
  columns:
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass qclass_name qtype qtype_name rcode ' +
    'rcode_name AA TC RD RA Z answers TTLs rejected',
  shape: ['trans_id', 'rejected'],
  subject: Subject.dns,
  protocol: Protocol.udp,
  needsSource: true,
  fields: [
    { name: 'query', text: Text.query },
    { name: 'qtype_name', text: Text.queryType },
    { name: 'rcode_name', text: Text.rcode },
    { name: 'answers', text: Text.answer, isList: true },
  ],
  finish({ bytes, spans }, batch, i) {
    if (spans.from[rcode]! >= 0) batch.column.outcome[i] = outcomeOfRcode(bytes, spans.from[rcode]!, spans.to[rcode]!)
  },
})
