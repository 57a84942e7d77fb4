import { Paper, SimpleGrid, Table, Text, Title } from '@mantine/core'
import type { Overview } from '../../../src/server/contract.ts'
import { Hostile } from '../../part/text.tsx'

/** Which blocks and ports the newest scans asked for. */
export function Scanned({ scanned }: { readonly scanned: Overview['scanned'] }) {
  return (
    <Paper withBorder p="sm">
      <Title order={2} size="h4">
        Most scanned
      </Title>
      <Text size="xs" c="dimmed" mb="xs">
        By the newest {scanned.scans} {scanned.scans === 1 ? 'scan' : 'scans'}
      </Text>
      <SimpleGrid cols={2}>
        <Counts title="Block" counts={scanned.blocks} />
        <Counts title="Port" counts={scanned.ports} />
      </SimpleGrid>
    </Paper>
  )
}

function Counts({ title, counts }: { readonly title: string; readonly counts: Overview['scanned']['blocks'] }) {
  return (
    <Table verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{title}</Table.Th>
          <Table.Th ta="right">Scans</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {counts.map(({ what, scans }) => (
          <Table.Tr key={what}>
            <Table.Td>
              <Hostile text={what} most={60} />
            </Table.Td>
            <Table.Td ta="right" className="time">
              {scans.toLocaleString('en')}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
