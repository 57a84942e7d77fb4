import type { JsonLayout } from '../../base/json-scan.ts'

/** The fields that we read, by index. */
export const Field = {
  src: 0,
  srcPort: 1,
  dst: 2,
  dstPort: 3,
  protocol: 4,
  reporter: 5,
  packets: 6,
  bytes: 7,
  start: 8,
  end: 9,
  timestamp: 10,
  disposition: 11,
  rule: 12,
  srcVm: 13,
  dstVm: 14,
  vm: 15,
  subnetwork: 16,
} as const

const payload: readonly (readonly [number, ...string[]])[] = [
  [Field.src, 'connection', 'src_ip'],
  [Field.srcPort, 'connection', 'src_port'],
  [Field.dst, 'connection', 'dest_ip'],
  [Field.dstPort, 'connection', 'dest_port'],
  [Field.protocol, 'connection', 'protocol'],
  [Field.reporter, 'reporter'],
  [Field.packets, 'packets_sent'],
  [Field.bytes, 'bytes_sent'],
  [Field.start, 'start_time'],
  [Field.end, 'end_time'],
  [Field.disposition, 'disposition'],
  [Field.rule, 'rule_details', 'reference'],
  [Field.srcVm, 'src_instance', 'vm_name'],
  [Field.dstVm, 'dest_instance', 'vm_name'],
  [Field.vm, 'instance', 'vm_name'],
]

export const layout: JsonLayout = {
  paths: [
    // A payload that an exporter took out of its entry reads the same.
    ...payload.map(([field, ...path]) => ({ path: ['jsonPayload', ...path], field })),
    ...payload.map(([field, ...path]) => ({ path, field })),
    { path: ['timestamp'], field: Field.timestamp },
    { path: ['resource', 'labels', 'subnetwork_name'], field: Field.subnetwork },
  ],
  fields: 17,
}
