import {
  Button,
  Code,
  Collapse,
  Group,
  NumberInput,
  Spoiler,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import type { HuntList } from '../../../src/server/contract.ts'
import { useMay } from '../../app/session.tsx'
import { Keep } from './keep.tsx'
import type { Question } from './question.ts'
import type { Asking } from './use-asking.ts'

type Hunt = HuntList['hunts'][number]

interface FormProps {
  readonly list: HuntList
  readonly question: Question
  readonly onChange: (question: Question) => void
  readonly onRun: () => void
  readonly asking: Asking
}

const example =
  'SELECT dst_port, count(*) AS contacts\nFROM contacts\nWHERE time >= $from AND time < $to\nGROUP BY ALL\nORDER BY contacts DESC'

/** What is asked, with what, and within which limits. */
export function HuntForm({ list, question, onChange, onRun, asking }: FormProps) {
  const hunt = list.hunts.find(({ id }) => id === question.hunt)
  const maySql = useMay('analyst')
  const isRunning = asking.state === 'running'
  const missing = hunt?.parameters.some(({ name, fallback }) => fallback === null && !question.parameters[name]?.trim())
  const isReady = hunt ? !missing : maySql && question.sql.trim() !== ''
  useHotkeys([['mod+Enter', () => isReady && !isRunning && onRun()]], [])
  if (hunt === undefined && !maySql) return null
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !isRunning) onRun()
      }}
    >
      <Stack gap="sm">
        {hunt ? (
          <HuntFields hunt={hunt} list={list} question={question} onChange={onChange} />
        ) : (
          <SqlField list={list} question={question} onChange={onChange} />
        )}
        <Limits question={question} onChange={onChange} window={hunt?.window ?? null} />
        <Group gap="xs">
          {isRunning ? (
            <Button color="orange" leftSection={<IconPlayerStop size={16} />} onClick={asking.cancel}>
              Cancel
            </Button>
          ) : (
            <Button type="submit" leftSection={<IconPlayerPlay size={16} />} disabled={!isReady}>
              Run
            </Button>
          )}
          <Keep question={question} isReady={isReady} />
        </Group>
      </Stack>
    </form>
  )
}

function HuntFields({
  hunt,
  list,
  question,
  onChange,
}: Pick<FormProps, 'list' | 'question' | 'onChange'> & { readonly hunt: Hunt }) {
  const [isOpen, { toggle }] = useDisclosure(false)
  return (
    <>
      <div>
        <Title order={2} size="h4">
          {hunt.title}
        </Title>
        <Text size="sm">{hunt.question}</Text>
        {hunt.note !== '' && (
          <Text size="xs" c="dimmed">
            {hunt.note}
          </Text>
        )}
        {hunt.needsNetworks && !list.knowsNetworks && (
          <Text size="sm" c="orange">
            It asks which addresses are ours: an admin has to write `networks:` into the configuration.
          </Text>
        )}
      </div>
      <Group gap="sm" align="flex-start">
        {hunt.parameters.map(({ name, type, fallback, about }) => (
          <TextInput
            key={name}
            label={name}
            description={about}
            placeholder={fallback ?? type}
            required={fallback === null}
            withAsterisk={fallback === null}
            w={{ base: '100%', sm: 280 }}
            value={question.parameters[name] ?? ''}
            onChange={(event) =>
              onChange({ ...question, parameters: { ...question.parameters, [name]: event.currentTarget.value } })
            }
          />
        ))}
      </Group>
      <div>
        <Button variant="subtle" size="compact-xs" onClick={toggle} aria-expanded={isOpen}>
          {isOpen ? 'Hide the SQL' : 'Show the SQL'}
        </Button>
        <Collapse expanded={isOpen}>
          <Code block tabIndex={0} mah={260} style={{ overflow: 'auto' }}>
            {hunt.sql}
          </Code>
        </Collapse>
      </div>
    </>
  )
}

function SqlField({ list, question, onChange }: Pick<FormProps, 'list' | 'question' | 'onChange'>) {
  const names = [...new Set([...question.sql.matchAll(/\$([a-z][a-z0-9_]*)/gi)].map(([, name = '']) => name))].filter(
    (name) => name !== 'from' && name !== 'to' && name !== 'baseline',
  )
  return (
    <>
      <Textarea
        label="One SELECT over events or contacts"
        description="It reaches no file, no network and no setting. $from and $to are the times below; other $names are asked for."
        placeholder={example}
        autosize
        minRows={6}
        maxRows={20}
        spellCheck={false}
        styles={{
          input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--mantine-font-size-sm)' },
        }}
        value={question.sql}
        onChange={(event) => onChange({ ...question, hunt: '', sql: event.currentTarget.value })}
      />
      <Group gap="sm">
        {names.map((name) => (
          <TextInput
            key={name}
            label={`$${name}`}
            value={question.parameters[name] ?? ''}
            onChange={(event) =>
              onChange({ ...question, parameters: { ...question.parameters, [name]: event.currentTarget.value } })
            }
          />
        ))}
      </Group>
      <Spoiler maxHeight={0} showLabel="Show the columns" hideLabel="Hide the columns">
        <Table>
          <Table.Tbody>
            {list.columns.map(({ name, type, about }) => (
              <Table.Tr key={name}>
                <Table.Td>
                  <Code>{name}</Code>
                </Table.Td>
                <Table.Td>{type}</Table.Td>
                <Table.Td>{about}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Spoiler>
    </>
  )
}

function Limits({
  question,
  onChange,
  window,
}: Pick<FormProps, 'question' | 'onChange'> & { readonly window: number | null }) {
  const usual = window === null ? 'the beginning' : `${window} d before the newest event`
  return (
    <Group gap="sm" align="flex-end">
      <TextInput
        label="From"
        placeholder={usual}
        w={190}
        value={question.from}
        onChange={(event) => onChange({ ...question, from: event.currentTarget.value })}
      />
      <TextInput
        label="To"
        placeholder="the newest event"
        w={170}
        value={question.to}
        onChange={(event) => onChange({ ...question, to: event.currentTarget.value })}
      />
      <NumberInput
        label="Rows at most"
        w={120}
        min={1}
        max={10_000}
        allowDecimal={false}
        clampBehavior="strict"
        value={question.limit}
        onChange={(value) => onChange({ ...question, limit: Number(value) || 1000 })}
      />
      <NumberInput
        label="Seconds at most"
        w={150}
        min={1}
        max={600}
        allowDecimal={false}
        clampBehavior="strict"
        value={question.seconds}
        onChange={(value) => onChange({ ...question, seconds: Number(value) || 60 })}
      />
      <Text size="xs" c="dimmed" mb={8}>
        A date, an ISO time (UTC), or how long ago: 8h, 7d
      </Text>
    </Group>
  )
}
