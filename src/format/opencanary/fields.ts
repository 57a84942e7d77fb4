import type { JsonLayout } from '../../base/json-scan.ts'

export const Field = {
  logtype: 0,
  utc: 1,
  local: 2,
  srcHost: 3,
  srcPort: 4,
  dstHost: 5,
  dstPort: 6,
  node: 7,
  user: 8,
  password: 9,
  userAgent: 10,
  path: 11,
  host: 12,
  remoteVersion: 13,
  localVersion: 14,
  protocol: 15,
  ttl: 16,
  window: 17,
  ipId: 18,
  message: 19,
} as const

const at = (field: number, name: string) => ({ path: [name], field })
const data = (field: number, name: string) => ({ path: ['logdata', name], field })

export const layout: JsonLayout = {
  paths: [
    at(Field.logtype, 'logtype'),
    at(Field.utc, 'utc_time'),
    at(Field.local, 'local_time'),
    at(Field.srcHost, 'src_host'),
    at(Field.srcPort, 'src_port'),
    at(Field.dstHost, 'dst_host'),
    at(Field.dstPort, 'dst_port'),
    at(Field.node, 'node_id'),
    data(Field.user, 'USERNAME'),
    data(Field.user, 'UserName'),
    data(Field.user, 'USER'),
    data(Field.password, 'PASSWORD'),
    data(Field.password, 'Password'),
    data(Field.userAgent, 'USERAGENT'),
    data(Field.path, 'PATH'),
    data(Field.path, 'FILENAME'),
    data(Field.host, 'HOSTNAME'),
    data(Field.remoteVersion, 'REMOTEVERSION'),
    data(Field.localVersion, 'LOCALVERSION'),
    data(Field.protocol, 'PROTO'),
    data(Field.ttl, 'TTL'),
    data(Field.window, 'WINDOW'),
    data(Field.ipId, 'ID'),
    data(Field.message, 'CMD'),
    data(Field.message, 'DATA'),
  ],
  fields: 20,
}
