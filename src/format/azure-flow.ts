import { Names } from '../event/names.ts'
import { JsonObjectReader } from '../framing/json-object-reader.ts'
import { isFlowLog, RecordReader } from './azure-flow/record.ts'
import type { ContainerFormat } from './format.ts'

const format: ContainerFormat = {
  id: 'azure-flow',
  title: 'Azure NSG and virtual network flow logs',
  about:
    'Flow logs of Azure network security groups (versions 1 and 2) and virtual networks (version 4): PT1H.json files as ' +
    'they are ({"records":[…]}), arrays of records, or one record a line. Each flow tuple becomes a row; the rule is the ' +
    'security rule, D is blocked. A flow that begins (B) has no counts; one that goes on (C) or ended (E) has: no packet back ' +
    'at the end is unanswered, data back is established, all else is unknown, as TCP flags are not told. Version 1 tells no ' +
    'outcomes of what was allowed. ICMP types are not told (all ICMP is taken as echo). Not read: encryption state, MAC, ' +
    'traffic analytics tables. Documented at learn.microsoft.com, "Flow logging for network security groups" and ' +
    '"Virtual network flow logs".',
  framing: 'container',
  blind: ['no TCP flags and no ICMP types', 'aggregates of a minute and more: no order within'],
  sniff: (head) => (isFlowLog(head) ? 1 : 0),
  open(context, sink) {
    const records = new RecordReader(sink, new Names(context.rules))
    return new JsonObjectReader(sink, 1, (bytes, from, to) => records.decode(bytes, from, to))
  },
}

export default format
