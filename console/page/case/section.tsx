import { Group, Paper, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** One part of the case, with a place in the address (`#questions`) that can be linked to. */
export function Section({
  id,
  title,
  about,
  aside,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly about?: string | undefined
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <Paper
      component="section"
      withBorder
      p="md"
      id={id}
      aria-labelledby={`${id}-title`}
      className="case-section"
      tabIndex={-1}
    >
      <Group justify="space-between" align="baseline" mb="xs" gap="xs">
        <Title order={2} size="h4" id={`${id}-title`}>
          {title}
        </Title>
        {aside}
      </Group>
      {about && (
        <Text size="sm" c="dimmed" mb="sm">
          {about}
        </Text>
      )}
      {children}
    </Paper>
  )
}
