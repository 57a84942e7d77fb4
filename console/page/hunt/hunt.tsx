import { Alert, Anchor, Grid, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'wouter'
import type { HuntList } from '../../../src/server/contract.ts'
import { get } from '../../app/api.ts'
import { usePageKeys } from '../../app/keys.tsx'
import { PageFrame } from '../../part/page-frame.tsx'
import { Loaded } from '../../part/state.tsx'
import { HuntForm } from './form.tsx'
import { HuntMenu } from './menu.tsx'
import { type Question, questionOf, searchOf, usualQuestion } from './question.ts'
import { HuntResult } from './result.tsx'
import { useAsking } from './use-asking.ts'

const keys = [
  { keys: '/', about: 'Choose a hunt' },
  { keys: 'ctrl Enter', about: 'Run what is asked' },
]

/** Questions to the archive of events. What is asked stands in the address, so that a link asks the same. */
export default function Hunt() {
  usePageKeys(keys)
  const query = useQuery({ queryKey: ['hunts'], queryFn: () => get<HuntList>('/api/hunts'), staleTime: 60_000 })
  return (
    <PageFrame title="Hunt">
      <Loaded query={query} height={480}>
        {(list) => (list.missing === null ? <Asking list={list} /> : <NoArchive />)}
      </Loaded>
    </PageFrame>
  )
}

function NoArchive() {
  return (
    <Alert color="blue" title="No archive of events is configured">
      <Text size="sm">
        Hunts ask the events that were kept. An admin puts <code>archive: {'{directory: DIR, keepDays: 90}'}</code> into
        the configuration; from then on every event is kept there. What older logs hold is added with{' '}
        <code>sweepwatch archive add</code>.
      </Text>
    </Alert>
  )
}

function Asking({ list }: { readonly list: HuntList }) {
  const [search, setSearch] = useSearchParams()
  const linked = useMemo(() => questionOf(search), [search])
  const [draft, setDraft] = useState<Question>(linked)
  const asking = useAsking()
  const isFresh = draft.hunt === '' && draft.sql === ''
  const choose = (question: Question) => {
    asking.forget()
    setDraft(question)
    setSearch(searchOf(question))
  }
  const run = () => {
    setSearch(searchOf(draft))
    asking.run(draft)
  }
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 3 }}>
        <HuntMenu list={list} question={draft} onChoose={choose} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 9 }} style={{ minWidth: 0 }}>
        <Stack gap="md">
          <HuntForm list={list} question={draft} onChange={setDraft} onRun={run} asking={asking} />
          {isFresh && asking.state === 'idle' && (
            <Group gap={4}>
              <Text size="sm" c="dimmed">
                Choose a hunt, or write a question of your own in SQL.
              </Text>
              <Anchor
                component="button"
                type="button"
                size="sm"
                onClick={() => choose({ ...usualQuestion, hunt: list.hunts[0]?.id ?? '' })}
              >
                Begin with the first
              </Anchor>
            </Group>
          )}
          <HuntResult asking={asking} />
        </Stack>
      </Grid.Col>
    </Grid>
  )
}
