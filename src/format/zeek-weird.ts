import { Subject } from '../event/batch.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { Text } from '../event/texts.ts'
import { firstField, zeekLog } from '../framing/zeek-log.ts'

const source = firstField + 2

export default zeekLog({
  id: 'zeek-weird',
  title: 'Zeek weird.log',
  about:
    'What Zeek found odd in traffic, tab-separated or as JSON: name is the signature, addl the message, peer the sensor; ' +
    'the protocol is told where the analyzer that saw it (source) is one. Not read: uid, notice. Documented at docs.zeek.org, Weird::Info.',
  blind: ['alerts only'],
  path: 'weird',
  columns: 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p name addl notice peer source',
  shape: ['name', 'notice', 'peer'],
  subject: Subject.alert,
  protocol: 0,
  needsSource: false,
  device: 'peer',
  fields: [{ name: 'name', text: Text.signature }, { name: 'addl', text: Text.message }, { name: 'source' }],
  finish({ bytes, spans: { from, to } }, batch, i) {
    if (from[source]! >= 0) batch.column.protocol[i] = Math.max(0, readProtocol(bytes, from[source]!, to[source]!))
  },
})
