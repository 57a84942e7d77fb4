import { Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** A table with its title as caption, that scrolls by itself where it is too wide. */
export function Facts({
  title,
  head,
  children,
  minWidth = 480,
}: {
  readonly title?: string
  readonly head: readonly string[]
  readonly children: ReactNode
  readonly minWidth?: number
}) {
  return (
    <Table.ScrollContainer minWidth={minWidth}>
      {title && (
        <Text size="sm" fw={600}>
          {title}
        </Text>
      )}
      <Table verticalSpacing={4} aria-label={title}>
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
