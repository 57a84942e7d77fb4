import { firstData } from '../../framing/windows-event.ts'

/** Names in Sysmon's EventData (schema 4.90), and where each stands among an event's fields. */
export const names = [
  'UtcTime',
  'Image',
  'User',
  'Protocol',
  'Initiated',
  'SourceIp',
  'SourcePort',
  'DestinationIp',
  'DestinationPort',
  'DestinationHostname',
  'QueryName',
  'QueryStatus',
  'QueryResults',
  'RuleName',
] as const

const at = (name: (typeof names)[number]) => firstData + names.indexOf(name)

export const Data = {
  utcTime: at('UtcTime'),
  image: at('Image'),
  user: at('User'),
  protocol: at('Protocol'),
  sourceIp: at('SourceIp'),
  sourcePort: at('SourcePort'),
  destinationIp: at('DestinationIp'),
  destinationPort: at('DestinationPort'),
  destinationHostname: at('DestinationHostname'),
  queryName: at('QueryName'),
  queryStatus: at('QueryStatus'),
  queryResults: at('QueryResults'),
} as const
