import { ActionIcon, Button, Group, Menu, TextInput } from '@mantine/core'
import { IconBookmark, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { shown } from '../../part/text.tsx'
import { type Filter, savedViews, saveViews } from './filter.ts'

/** Filters under a name of one's own. */
export function Views({ filter, choose }: { readonly filter: Filter; readonly choose: (next: Filter) => void }) {
  const [views, setViews] = useState(savedViews)
  const [name, setName] = useState('')
  const keep = (next: Readonly<Record<string, Filter>>) => {
    saveViews(next)
    setViews(next)
  }
  const remove = (gone: string) => keep(Object.fromEntries(Object.entries(views).filter(([each]) => each !== gone)))
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconBookmark size={14} />}>
          Views
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(views).map(([each, kept]) => (
          <Group key={each} wrap="nowrap" gap={2}>
            <Menu.Item onClick={() => choose(kept)}>{shown(each, 60)}</Menu.Item>
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={`Forget ${shown(each, 60)}`}
              onClick={() => remove(each)}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Group p="xs" gap="xs" wrap="nowrap">
          <TextInput
            size="xs"
            aria-label="Name of this view"
            placeholder="Name of this view"
            maxLength={60}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Button
            size="xs"
            disabled={name.trim() === ''}
            onClick={() => {
              keep({ ...views, [name.trim()]: filter })
              setName('')
            }}
          >
            Keep
          </Button>
        </Group>
      </Menu.Dropdown>
    </Menu>
  )
}
