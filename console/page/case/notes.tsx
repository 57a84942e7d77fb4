import { Box, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { CasePage } from '../../../src/server/contract.ts'
import { useMay } from '../../app/session.tsx'
import { Time } from '../../app/time.tsx'
import { ProblemAlert } from '../../part/state.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { useCaseChange } from './change.ts'
import { Section } from './section.tsx'

const longest = 10_000

/** What people wrote, and where to write more. */
export function NotesSection({ page }: { readonly page: CasePage }) {
  const { notes, head } = page
  const may = useMay('analyst') && head.status !== 'merged'
  return (
    <Section id="notes" title="Notes">
      {may && <NoteForm head={head} />}
      <Stack gap="xs" mt={may ? 'sm' : 0}>
        {notes.items.map(({ seq, at, author, text }) => (
          <Box key={seq} className="note">
            <Text size="xs" c="dimmed">
              {shown(author, 60)}, <Time iso={at} />
            </Text>
            <Text size="sm" className="note-text">
              <Hostile text={text.replace(/^note: /, '').replace(/ \(a note\)$/, '')} most={longest} />
            </Text>
          </Box>
        ))}
        {notes.total > notes.items.length && (
          <Text size="xs" c="dimmed">
            {notes.total - notes.items.length} older notes are in the history.
          </Text>
        )}
        {notes.total === 0 && (
          <Text size="sm" c="dimmed">
            Nobody has written anything yet.
          </Text>
        )}
      </Stack>
    </Section>
  )
}

function NoteForm({ head }: { readonly head: CasePage['head'] }) {
  const [text, setText] = useState('')
  const change = useCaseChange(head, 'notes')
  const add = () => {
    if (text.trim() !== '') change.mutate({ text }, { onSuccess: () => setText('') })
  }
  return (
    <Stack gap="xs">
      <Textarea
        id="note-text"
        label="Add a note"
        placeholder="What you found, for the next shift"
        autosize
        minRows={2}
        maxRows={10}
        maxLength={longest}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) add()
        }}
      />
      {change.error && <ProblemAlert error={change.error} />}
      <Group>
        <Button size="xs" variant="default" onClick={add} loading={change.isPending} disabled={text.trim() === ''}>
          Add note
        </Button>
      </Group>
    </Stack>
  )
}
