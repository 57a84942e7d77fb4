import { Button, CopyButton, Group, Popover, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBookmark, IconLink } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { send } from '../../app/api.ts'
import { ProblemAlert } from '../../part/state.tsx'
import { type Question, searchOf } from './question.ts'

/** Keeps a question under a name, or hands it on as a link. */
export function Keep({ question, isReady }: { readonly question: Question; readonly isReady: boolean }) {
  const [isOpen, { open, close, toggle }] = useDisclosure(false)
  const [name, setName] = useState('')
  const client = useQueryClient()
  const saving = useMutation({
    mutationFn: () => send('POST', '/api/saved-hunts', { name, question: searchOf(question).toString() }),
    onSuccess: () => {
      close()
      setName('')
      return client.invalidateQueries({ queryKey: ['saved-hunts'] })
    },
  })
  return (
    <>
      <Popover opened={isOpen} onChange={(opened) => (opened ? open() : close())} trapFocus withArrow>
        <Popover.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} />} disabled={!isReady} onClick={toggle}>
            Keep
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Group align="flex-end" gap="xs">
            <TextInput
              label="Under which name?"
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button loading={saving.isPending} disabled={name.trim() === ''} onClick={() => saving.mutate()}>
              Keep
            </Button>
          </Group>
          {saving.error && <ProblemAlert error={saving.error} />}
        </Popover.Dropdown>
      </Popover>
      <CopyButton value={`${location.origin}/hunt?${searchOf(question)}`}>
        {({ copied, copy }) => (
          <Button variant="default" leftSection={<IconLink size={16} />} disabled={!isReady} onClick={copy}>
            {copied ? 'Copied' : 'Copy link'}
          </Button>
        )}
      </CopyButton>
    </>
  )
}
