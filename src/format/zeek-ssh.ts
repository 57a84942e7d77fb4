import { Outcome, Subject } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { firstField, zeekLog } from '../framing/zeek-log.ts'

const success = firstField + 3

export default zeekLog({
  id: 'zeek-ssh',
  title: 'Zeek ssh.log',
  about:
    'The SSH log of Zeek, tab-separated or as JSON: client and server software, and hassh where its package adds it. The ' +
    'outcome is that of the login (auth_success), which Zeek infers from packet sizes: established, refused, or unknown ' +
    'where it did not try or Zeek could not tell. Not read: uid, algorithms, host keys, hasshServer. Documented at ' +
    'docs.zeek.org, SSH::Info.',
  blind: ['SSH only', 'no accounts'],
  path: 'ssh',
  columns:
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p version auth_success auth_attempts direction client server cipher_alg ' +
    'mac_alg compression_alg kex_alg host_key_alg host_key',
  shape: ['auth_attempts'],
  subject: Subject.ssh,
  protocol: Protocol.tcp,
  needsSource: true,
  fields: [
    { name: 'client', text: Text.clientBanner },
    { name: 'server', text: Text.serverBanner },
    { name: 'hassh', text: Text.hassh },
    { name: 'auth_success' },
  ],
  finish(record, batch, i) {
    if (record.isTrue(success)) batch.column.outcome[i] = Outcome.established
    else if (record.isFalse(success)) batch.column.outcome[i] = Outcome.refused
  },
})
