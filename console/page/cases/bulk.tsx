import { Alert, Button, Group, List, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChangedCases } from '../../../src/server/contract.ts'
import { send } from '../../app/api.ts'
import { useSession } from '../../app/session.tsx'
import { ProblemAlert } from '../../part/state.tsx'
import { shown } from '../../part/text.tsx'

type Kind = 'assign' | 'escalate' | 'close' | 'reopen' | 'note'

const fields: Readonly<Record<Kind, readonly { readonly name: string; readonly label: string }[]>> = {
  assign: [{ name: 'to', label: 'To whom' }],
  escalate: [
    { name: 'to', label: 'To whom' },
    { name: 'reason', label: 'Why' },
  ],
  close: [
    { name: 'lesson', label: 'What was learned (or: none)' },
    { name: 'change', label: 'Which rule or access should change (or: none)' },
    { name: 'reason', label: 'Why' },
  ],
  reopen: [{ name: 'reason', label: 'Why' }],
  note: [{ name: 'text', label: 'Note' }],
}
const titles: Readonly<Record<Kind, string>> = {
  assign: 'Assign',
  escalate: 'Escalate',
  close: 'Close',
  reopen: 'Reopen',
  note: 'Add a note',
}

/** What can be done with the cases that are chosen. Each is done or refused by itself. */
export function Bulk({ chosen, clear }: { readonly chosen: ReadonlySet<string>; readonly clear: () => void }) {
  const [kind, setKind] = useState<Kind>()
  return (
    <Group gap="xs" mih={34} mb="xs" role="group" aria-label="With the chosen cases">
      <Text size="sm" aria-live="polite">
        {chosen.size} chosen
      </Text>
      {(Object.keys(titles) as Kind[]).map((each) => (
        <Button
          key={each}
          size="compact-sm"
          variant="default"
          disabled={chosen.size === 0}
          onClick={() => setKind(each)}
        >
          {titles[each]}
        </Button>
      ))}
      <Button size="compact-sm" variant="subtle" disabled={chosen.size === 0} onClick={clear}>
        Choose none
      </Button>
      {kind && <BulkForm kind={kind} ids={[...chosen]} close={() => setKind(undefined)} done={clear} />}
    </Group>
  )
}

function BulkForm({
  kind,
  ids,
  close,
  done,
}: {
  readonly kind: Kind
  readonly ids: readonly string[]
  readonly close: () => void
  readonly done: () => void
}) {
  const { name } = useSession()
  const client = useQueryClient()
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(
    kind === 'assign' ? { to: name } : kind === 'escalate' ? { to: 'tier 2' } : {},
  )
  const [outcome, setOutcome] = useState('expected')
  const change = useMutation({
    mutationFn: () =>
      send<ChangedCases>('POST', '/api/cases/changes', {
        ids,
        change: { kind, ...texts, ...(kind === 'close' && { outcome }) },
      }),
    onSuccess: ({ results }) => {
      client.invalidateQueries({ queryKey: ['cases'] })
      if (results.some((each) => !each.done)) return
      done()
      close()
    },
  })
  const refused = change.data?.results.filter((each) => !each.done) ?? []
  return (
    <Modal opened onClose={close} title={`${titles[kind]}: ${ids.length} ${ids.length === 1 ? 'case' : 'cases'}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate()
        }}
      >
        <Stack gap="sm">
          {kind === 'close' && (
            <Select
              label="As"
              data={['expected', 'false-alarm', 'background', 'resolved', 'contained']}
              value={outcome}
              allowDeselect={false}
              onChange={(value) => value && setOutcome(value)}
            />
          )}
          {fields[kind].map((field, index) => (
            <TextInput
              key={field.name}
              label={field.label}
              required
              data-autofocus={index === 0 || undefined}
              maxLength={2000}
              value={texts[field.name] ?? ''}
              onChange={({ currentTarget: { value } }) => setTexts((known) => ({ ...known, [field.name]: value }))}
            />
          ))}
          {change.error && <ProblemAlert error={change.error} />}
          {refused.length > 0 && (
            <Alert color="orange" title={`${refused.length} of ${ids.length} not done`} role="alert">
              <List size="sm">
                {refused.map((each) => (
                  <List.Item key={each.id}>{shown(each.problem?.detail ?? each.id, 200)}</List.Item>
                ))}
              </List>
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending}>
              {titles[kind]}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
