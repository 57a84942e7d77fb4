import { Button, Group } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useState } from 'react'
import type { CasePage } from '../../../src/server/contract.ts'
import { usePageKeys } from '../../app/keys.tsx'
import { useMay, useSession } from '../../app/session.tsx'
import { ActionForm } from './action-form.tsx'
import { type ActionId, actions } from './action-list.ts'
import { useCaseChange } from './change.ts'
import { ExportMenu } from './export-menu.tsx'

const keys = [
  { keys: 'n', about: 'Write a note' },
  { keys: 'a', about: 'Assign to me' },
  { keys: 'e', about: 'Escalate' },
  { keys: 'c', about: 'Close' },
]

/** What may be done with the case as it stands, by this person. */
export function CaseActions({ head }: { readonly head: CasePage['head'] }) {
  const may = useMay('analyst')
  const { name } = useSession()
  const assign = useCaseChange(head, 'assign')
  const [open, setOpen] = useState<ActionId | null>(null)
  const offered = actions.filter(({ when }) => may && when === head.status)
  const isMine = head.owner === name
  const take = () => {
    if (may && !isMine && head.status !== 'merged') assign.mutate({ to: name })
  }
  const start = (id: ActionId) => {
    if (offered.some((action) => action.id === id)) setOpen(id)
  }
  usePageKeys(keys)
  useHotkeys([
    ['n', () => document.getElementById('note-text')?.focus()],
    ['a', take],
    ['e', () => start('escalate')],
    ['c', () => start('close')],
  ])
  const action = offered.find(({ id }) => id === open)
  return (
    <Group gap="xs">
      {may && !isMine && head.status !== 'merged' && (
        <Button size="xs" variant="default" onClick={take} loading={assign.isPending}>
          Assign to me
        </Button>
      )}
      {offered.map(({ id, title }) => (
        <Button key={id} size="xs" variant="default" onClick={() => setOpen(id)}>
          {title}
        </Button>
      ))}
      <ExportMenu caseId={head.id} />
      {action && <ActionForm head={head} action={action} close={() => setOpen(null)} />}
    </Group>
  )
}
