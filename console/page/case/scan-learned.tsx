import { Table } from '@mantine/core'
import type { ScanView } from '../../../src/server/contract.ts'
import { Time } from '../../app/time.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { Facts } from './facts-table.tsx'

/** What one scan learned: services, names, banners; and what other devices said of it. */
export function ScanLearned({ scan }: { readonly scan: ScanView }) {
  return (
    <>
      {scan.open.items.length > 0 && (
        <Facts title="What answered" head={['Service', 'Hosts', 'Addresses']}>
          {scan.open.items.map(({ service, addresses }) => (
            <Table.Tr key={service}>
              <Table.Td>{shown(service, 60)}</Table.Td>
              <Table.Td>{addresses.total.toLocaleString('en')}</Table.Td>
              <Table.Td>
                <Hostile text={addressesText(addresses)} most={8000} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Facts>
      )}
      {scan.content.length > 0 && (
        <Facts title="What it sent and was told" head={['What', 'Times', 'For example']}>
          {scan.content.map(({ name, count, example }) => (
            <Table.Tr key={name + example}>
              <Table.Td>{shown(name, 200)}</Table.Td>
              <Table.Td>{count.toLocaleString('en')}</Table.Td>
              <Table.Td ff="monospace">
                <Hostile text={example} most={600} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Facts>
      )}
      {scan.names.length > 0 && (
        <Facts title="Names that were answered" head={['Name', 'Type', 'Answer']}>
          {scan.names.map(({ name, type, answer }) => (
            <Table.Tr key={name + type}>
              <Table.Td>
                <Hostile text={name} most={300} />
              </Table.Td>
              <Table.Td>{shown(type, 20)}</Table.Td>
              <Table.Td>
                <Hostile text={answer} most={300} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Facts>
      )}
      {scan.alerts.length > 0 && (
        <Facts title="Alerts of other devices on its sources" head={['Alert', 'Means', 'Times', 'First']}>
          {scan.alerts.map(({ text, means, count, first }) => (
            <Table.Tr key={text}>
              <Table.Td>
                <Hostile text={text} />
              </Table.Td>
              <Table.Td>{means}</Table.Td>
              <Table.Td>{count.toLocaleString('en')}</Table.Td>
              <Table.Td>
                <Time iso={first} seconds />
              </Table.Td>
            </Table.Tr>
          ))}
        </Facts>
      )}
      <Facts title="Which sensors saw it" head={['Sensor', 'Events']}>
        {scan.sensors.map(({ source, events }) => (
          <Table.Tr key={source}>
            <Table.Td>
              <Hostile text={source} most={400} />
            </Table.Td>
            <Table.Td>{events.toLocaleString('en')}</Table.Td>
          </Table.Tr>
        ))}
      </Facts>
    </>
  )
}

function addressesText({ items, total }: { readonly items: readonly string[]; readonly total: number }): string {
  const left = total - items.length
  return `${items.join(', ')}${left > 0 ? ` and ${left.toLocaleString('en')} more` : ''}`
}
