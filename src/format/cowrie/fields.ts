import type { JsonLayout } from '../../base/json-scan.ts'

export const Field = {
  event: 0,
  time: 1,
  srcIp: 2,
  srcPort: 3,
  dstIp: 4,
  dstPort: 5,
  sensor: 6,
  user: 7,
  password: 8,
  version: 9,
  hassh: 10,
  input: 11,
  url: 12,
  protocol: 13,
} as const

const at = (field: number, name: string) => ({ path: [name], field })

export const layout: JsonLayout = {
  paths: [
    at(Field.event, 'eventid'),
    at(Field.time, 'timestamp'),
    at(Field.time, 'time'),
    at(Field.srcIp, 'src_ip'),
    at(Field.srcPort, 'src_port'),
    at(Field.dstIp, 'dst_ip'),
    at(Field.dstPort, 'dst_port'),
    at(Field.sensor, 'sensor'),
    at(Field.user, 'username'),
    at(Field.password, 'password'),
    at(Field.version, 'version'),
    at(Field.hassh, 'hassh'),
    at(Field.input, 'input'),
    at(Field.url, 'url'),
    at(Field.protocol, 'protocol'),
  ],
  fields: 14,
}
