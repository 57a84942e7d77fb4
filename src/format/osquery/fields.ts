import type { JsonLayout } from '../../base/json-scan.ts'

/** Of the line. */
export const Field = { host: 0, unixTime: 1, action: 2, decorated: 3 } as const

const at = (field: number, ...path: string[]) => ({ path, field })

export const layout: JsonLayout = {
  paths: [
    at(Field.host, 'hostIdentifier'),
    at(Field.decorated, 'decorations', 'hostname'),
    at(Field.unixTime, 'unixTime'),
    at(Field.action, 'action'),
  ],
  fields: 4,
}

/** Of a row, whatever its table; in a differential result the columns stand one object deeper. */
export const Column = {
  localAddress: 0,
  localPort: 1,
  remoteAddress: 2,
  remotePort: 3,
  protocol: 4,
  state: 5,
  action: 6,
  status: 7,
  path: 8,
  name: 9,
  parent: 10,
  user: 11,
  time: 12,
  syscall: 13,
  exitCode: 14,
} as const

export const columns: JsonLayout = {
  paths: [
    at(Column.localAddress, 'local_address'),
    at(Column.localPort, 'local_port'),
    at(Column.remoteAddress, 'remote_address'),
    at(Column.remotePort, 'remote_port'),
    at(Column.protocol, 'protocol'),
    at(Column.state, 'state'),
    at(Column.action, 'action'),
    at(Column.status, 'status'),
    at(Column.path, 'path'),
    at(Column.name, 'name'),
    at(Column.name, 'process_name'),
    at(Column.parent, 'parent_path'),
    at(Column.user, 'username'),
    at(Column.time, 'time'),
    at(Column.syscall, 'syscall'),
    at(Column.exitCode, 'exit_code'),
  ],
  fields: 15,
}
