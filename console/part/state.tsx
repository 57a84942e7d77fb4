import { Alert, Button, Code, Skeleton, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiProblem } from '../app/api.ts'

/** What the service, or this page, said against it, with what to do. */
export function ProblemAlert({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const problem = error instanceof ApiProblem ? error.problem : undefined
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={problem?.title ?? 'Error'} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{problem?.detail ?? (error instanceof Error ? error.message : String(error))}</Text>
        {problem?.hint && <Text size="sm">{problem.hint}</Text>}
        {problem?.issues?.map(({ at, message }) => (
          <Text size="sm" key={`${at} ${message}`}>
            <Code>{at}</Code> {message}
          </Text>
        ))}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

/** Nothing is there, and what that means or what to do. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <Text c="dimmed" ta="center" py="xl">
      {children}
    </Text>
  )
}

/**
 * What a query brought, or that it is loading (in the height that it will take, so that nothing jumps), or what went wrong. What was there
 * before stays while it is asked for anew.
 */
export function Loaded<T>({
  query,
  height = 240,
  children,
}: {
  readonly query: UseQueryResult<T>
  readonly height?: number
  readonly children: (data: T) => ReactNode
}) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error && <ProblemAlert error={query.error} retry={() => void query.refetch()} />}
        {children(query.data)}
      </>
    )
  }
  if (query.error) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />
  return <Skeleton height={height} aria-label="Loading" aria-busy="true" />
}
