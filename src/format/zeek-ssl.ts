import { Outcome, Subject } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { firstField, zeekLog } from '../framing/zeek-log.ts'

const version = firstField + 4
const established = firstField + 5

export default zeekLog({
  id: 'zeek-ssl',
  title: 'Zeek ssl.log',
  about:
    'The TLS log of Zeek, tab-separated or as JSON: client, server, server_name, what an alert ended it (last_alert), and ' +
    'the fingerprints ja3 and ja4 where their packages add them. `established` says that the handshake was completed; where ' +
    'it was not, the log does not tell how the connection ended. Not read: uid, cipher, certificates, ja3s. Documented ' +
    'at docs.zeek.org, SSL::Info.',
  blind: ['TLS only'],
  path: 'ssl',
  columns:
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p version cipher curve server_name resumed last_alert next_protocol ' +
    'established ssl_history cert_chain_fps client_cert_chain_fps sni_matches_cert',
  shape: ['resumed', 'established'],
  subject: Subject.tls,
  protocol: Protocol.tcp,
  needsSource: true,
  fields: [
    { name: 'server_name', text: Text.serverName },
    { name: 'ja3', text: Text.ja3 },
    { name: 'ja4', text: Text.ja4 },
    { name: 'last_alert', text: Text.reason },
    { name: 'version' },
    { name: 'established' },
  ],
  finish(record, batch, i) {
    if (record.isTrue(established)) batch.column.outcome[i] = Outcome.established
    // DTLS is TLS over UDP.
    if (record.has(version) && record.bytes[record.spans.from[version]!] === 68) batch.column.protocol[i] = Protocol.udp
  },
})
