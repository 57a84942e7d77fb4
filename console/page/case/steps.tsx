import { Checkbox, List, Stack, Text } from '@mantine/core'
import type { CasePage } from '../../../src/server/contract.ts'
import { useMay } from '../../app/session.tsx'
import { Time } from '../../app/time.tsx'
import { Empty } from '../../part/state.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { useCaseChange } from './change.ts'
import { Section } from './section.tsx'

type Step = CasePage['steps'][number]

/** Tier 2's checklist: a tick is a note in the history, with who and when. */
export function StepsSection({ page }: { readonly page: CasePage }) {
  const { steps, stepsBefore, head } = page
  const left = steps.filter(({ done }) => done === null).length
  return (
    <Section
      id="steps"
      title="What to do next"
      about={steps.length > 0 ? `${left} of ${steps.length} left` : undefined}
    >
      {steps.length === 0 ? (
        <Empty>{head.status === 'open' ? 'Nothing is to be done.' : `The case is ${head.status}.`}</Empty>
      ) : (
        <Stack gap="xs" component="ol" className="steps">
          {steps.map((step, index) => (
            <StepItem key={step.id} page={page} step={step} number={index + 1} />
          ))}
        </Stack>
      )}
      {stepsBefore.length > 0 && (
        <details className="fold">
          <summary>{stepsBefore.length} done before triage learned more</summary>
          <List size="sm">
            {stepsBefore.map(({ id, text, done }) => (
              <List.Item key={id}>
                <Hostile text={text} /> <Done done={done} />
              </List.Item>
            ))}
          </List>
        </details>
      )}
    </Section>
  )
}

function StepItem({ page, step, number }: { readonly page: CasePage; readonly step: Step; readonly number: number }) {
  const may = useMay('analyst')
  const change = useCaseChange(page.head, 'steps')
  return (
    <li>
      <Checkbox
        size="sm"
        checked={step.done !== null}
        disabled={!may || change.isPending}
        onChange={({ currentTarget }) => change.mutate({ step: step.id, isDone: currentTarget.checked })}
        label={
          <>
            {number}. <Hostile text={step.text} />
          </>
        }
        error={change.error?.message}
      />
      <Done done={step.done} />
    </li>
  )
}

function Done({ done }: { readonly done: Step['done'] }) {
  if (done === null) return null
  return (
    <Text size="xs" c="dimmed" pl={30}>
      done by {shown(done.by, 60)}, <Time iso={done.at} />
    </Text>
  )
}
