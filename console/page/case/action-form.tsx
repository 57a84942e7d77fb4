import { Alert, Button, Group, Modal, NativeSelect, Stack, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { CasePage } from '../../../src/server/contract.ts'
import { ProblemAlert } from '../../part/state.tsx'
import type { CaseAction } from './action-list.ts'
import { useCaseChange } from './change.ts'

/** Asks what an action needs. What was typed stays when the service refuses it. */
export function ActionForm({
  head,
  action,
  close,
}: {
  readonly head: CasePage['head']
  readonly action: CaseAction
  readonly close: () => void
}) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(action.fields.map(({ name, first = '' }) => [name, first])),
  )
  const change = useCaseChange(head, action.id)
  const isWhole = action.fields.every(({ name }) => values[name]?.trim() !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isWhole) change.mutate(values, { onSuccess: close })
  }
  const put = (name: string) => (event: { readonly currentTarget: { readonly value: string } }) => {
    const { value } = event.currentTarget
    setValues((before) => ({ ...before, [name]: value }))
  }
  return (
    <Modal
      lockScroll={false}
      opened
      onClose={close}
      title={`${action.title} case ${head.id}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {action.warning && (
            <Alert color="orange" variant="light" p="xs">
              {action.warning}
            </Alert>
          )}
          {action.fields.map(({ name, label, about, choices }, index) =>
            choices ? (
              <NativeSelect
                key={name}
                label={label}
                data={[...choices]}
                value={values[name] ?? ''}
                onChange={put(name)}
                data-autofocus={index === 0 || undefined}
              />
            ) : (
              <Textarea
                key={name}
                label={label}
                description={about}
                autosize
                minRows={1}
                maxRows={8}
                value={values[name] ?? ''}
                onChange={put(name)}
                data-autofocus={index === 0 || undefined}
                required
              />
            ),
          )}
          {change.error && <ProblemAlert error={change.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={!isWhole} loading={change.isPending}>
              {action.title}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
