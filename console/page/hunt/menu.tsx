import { ActionIcon, Group, NavLink, ScrollArea, Stack, Text, TextInput } from '@mantine/core'
import { IconDatabaseSearch, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { HuntList, SavedHuntList } from '../../../src/server/contract.ts'
import { get, send } from '../../app/api.ts'
import { useMay } from '../../app/session.tsx'
import { ProblemAlert } from '../../part/state.tsx'
import { shown } from '../../part/text.tsx'
import { type Question, questionOf, usualQuestion } from './question.ts'

/** The hunts by name, SQL for who may, and what one has kept. */
export function HuntMenu({
  list,
  question,
  onChoose,
}: {
  readonly list: HuntList
  readonly question: Question
  readonly onChoose: (question: Question) => void
}) {
  const maySql = useMay('analyst')
  const [filter, setFilter] = useState('')
  const wanted = filter.trim().toLowerCase()
  const hunts = list.hunts.filter(({ id, title, question: asks }) =>
    `${id} ${title} ${asks}`.toLowerCase().includes(wanted),
  )
  return (
    <Stack gap="xs">
      <TextInput
        size="xs"
        label="Find a hunt"
        data-search
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <ScrollArea.Autosize
        mah={{ base: 220, md: '68vh' }}
        type="auto"
        viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': 'Hunts' }}
      >
        {maySql && (
          <NavLink
            component="button"
            label="SQL of your own"
            leftSection={<IconDatabaseSearch size={16} />}
            active={question.hunt === ''}
            onClick={() => onChoose({ ...usualQuestion, sql: question.sql })}
          />
        )}
        <Saved onChoose={onChoose} />
        {hunts.map(({ id, title }) => (
          <NavLink
            key={id}
            component="button"
            label={title}
            active={question.hunt === id}
            aria-current={question.hunt === id ? 'true' : undefined}
            onClick={() => onChoose({ ...usualQuestion, hunt: id })}
          />
        ))}
        {hunts.length === 0 && (
          <Text size="sm" c="dimmed" p="xs">
            No hunt is about that.
          </Text>
        )}
      </ScrollArea.Autosize>
    </Stack>
  )
}

function Saved({ onChoose }: { readonly onChoose: (question: Question) => void }) {
  const client = useQueryClient()
  const { data } = useQuery({ queryKey: ['saved-hunts'], queryFn: () => get<SavedHuntList>('/api/saved-hunts') })
  const removal = useMutation({
    mutationFn: (id: number) => send('DELETE', `/api/saved-hunts/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['saved-hunts'] }),
  })
  return (
    <>
      {data?.hunts.map(({ id, name, question }) => (
        <Group key={id} gap={0} wrap="nowrap">
          <NavLink
            component="button"
            label={shown(name, 100)}
            description="kept"
            onClick={() => onChoose(questionOf(new URLSearchParams(question)))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Forget ${shown(name, 100)}`}
            title="Forget"
            loading={removal.isPending && removal.variables === id}
            onClick={() => removal.mutate(id)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      {removal.error && <ProblemAlert error={removal.error} />}
    </>
  )
}
