import { Button, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { type Filter, namedFilters, sameFilter } from './filter.ts'
import { Views } from './views.tsx'

const selects = [
  { name: 'status', label: 'Status', values: ['open', 'closed', 'merged'] },
  { name: 'decision', label: 'Decision', values: ['escalate', 'monitor', 'close'] },
  { name: 'severity', label: 'Severity', values: ['critical', 'high', 'medium', 'low'] },
  { name: 'outcome', label: 'Closed as', values: ['expected', 'false-alarm', 'background', 'resolved', 'contained'] },
  { name: 'sort', label: 'Order', values: ['rank', 'newest', 'oldest', 'opened', 'probes', 'severity'] },
] as const

interface Filtering {
  readonly filter: Filter
  readonly choose: (next: Filter) => void
}

/** What is listed: by name, by choice, by text. */
export function FilterBar({ filter, choose }: Filtering) {
  return (
    <>
      <Group gap={6} mb="sm">
        {namedFilters.map((each) => (
          <Button
            key={each.name}
            size="compact-sm"
            variant={sameFilter(each.filter, filter) ? 'filled' : 'default'}
            aria-pressed={sameFilter(each.filter, filter)}
            onClick={() => choose(each.filter)}
          >
            {each.name}
          </Button>
        ))}
        <Views filter={filter} choose={choose} />
      </Group>
      <Group gap="xs" align="end" mb="sm">
        <Search filter={filter} choose={choose} />
        {selects.map(({ name, label, values }) => (
          <Select
            key={name}
            label={label}
            size="xs"
            w={128}
            clearable
            placeholder="any"
            data={[...values]}
            value={filter[name] ?? null}
            onChange={(value) => choose({ ...filter, [name]: value ?? '' })}
          />
        ))}
        <Typed name="owner" label="Owner (- for nobody)" filter={filter} choose={choose} />
        <Typed name="since" label="Active since" filter={filter} choose={choose} />
      </Group>
    </>
  )
}

function Search({ filter, choose }: Filtering) {
  return <Typed name="text" label="Search" filter={filter} choose={choose} width={220} isSearch />
}

/** A field whose text becomes part of the filter when typing pauses. */
function Typed({
  name,
  label,
  filter,
  choose,
  width = 150,
  isSearch = false,
}: Filtering & {
  readonly name: string
  readonly label: string
  readonly width?: number
  readonly isSearch?: boolean
}) {
  const given = filter[name] ?? ''
  const [text, setText] = useState(given)
  useEffect(() => setText(given), [given])
  const settle = useDebouncedCallback((value: string) => choose({ ...filter, [name]: value.trim() }), 300)
  return (
    <TextInput
      label={label}
      size="xs"
      w={width}
      maxLength={200}
      value={text}
      {...(isSearch && { 'data-search': true, type: 'search' })}
      placeholder={isSearch ? 'id, title, owner, source' : name === 'since' ? '24h, 7d, a date' : ''}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value)
        settle(currentTarget.value)
      }}
    />
  )
}
