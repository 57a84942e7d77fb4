import { Outcome, Subject } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { firstField, zeekLog } from '../framing/zeek-log.ts'

const status = firstField + 5

export default zeekLog({
  id: 'zeek-http',
  title: 'Zeek http.log',
  about:
    'The HTTP log of Zeek, tab-separated or as JSON: client, server, method, host, uri, user_agent and username. A ' +
    'status_code means that the server answered. Not read: uid, referrer, sizes, file types, proxied. Documented at ' +
    'docs.zeek.org, HTTP::Info.',
  blind: ['HTTP only'],
  path: 'http',
  columns:
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p trans_depth method host uri referrer version user_agent origin ' +
    'request_body_len response_body_len status_code status_msg info_code info_msg tags username password proxied',
  shape: ['trans_depth', 'request_body_len'],
  subject: Subject.http,
  protocol: Protocol.tcp,
  needsSource: true,
  fields: [
    { name: 'method', text: Text.httpMethod },
    { name: 'host', text: Text.host },
    { name: 'uri', text: Text.uri },
    { name: 'user_agent', text: Text.userAgent },
    { name: 'username', text: Text.user },
    { name: 'status_code' },
  ],
  finish(record, batch, i) {
    if (record.has(status)) batch.column.outcome[i] = Outcome.established
  },
})
