import { Text } from '@mantine/core'
import type { MapView } from '../../../src/server/contract.ts'

const number = (value: number) => value.toLocaleString('en')

/** What the map does not show, where it does not show all. */
export function LeftOut({ view: { touches, omitted, scansOmitted } }: { readonly view: MapView }) {
  const missing = [
    ...(omitted > 0
      ? [
          `${number(omitted)} further probes went to addresses that are not drawn: of so many a share of the addresses is kept, drawn by hash.`,
        ]
      : []),
    ...(scansOmitted > 0 ? [`The probes of ${number(scansOmitted)} further scans are not drawn.`] : []),
  ]
  if (missing.length === 0) return null
  return (
    <Text size="sm" c="dimmed" mb="xs">
      {`Shown are ${number(touches)} probes. ${missing.join(' ')}`}
    </Text>
  )
}
