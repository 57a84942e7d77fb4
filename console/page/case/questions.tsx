import { Box, Group, Stack, Text, Title } from '@mantine/core'
import type { CasePage } from '../../../src/server/contract.ts'
import { Pill } from '../../part/pill.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { EvidenceList } from './evidence-link.tsx'
import { Section } from './section.tsx'
import { Said, Sentences } from './sentences.tsx'

type Answer = CasePage['answers'][number]
const words = { yes: 'yes', no: 'no', unknown: 'cannot be known' } as const

/** The runbook's questions in its order, each with its answer. */
export function QuestionsSection({ answers }: { readonly answers: CasePage['answers'] }) {
  if (answers.length === 0) return null
  return (
    <Section id="questions" title="Questions for analysis">
      <Stack gap="md">
        {answers.map((answer) => (
          <Question key={answer.question} answer={answer} />
        ))}
      </Stack>
    </Section>
  )
}

function Question({ answer }: { readonly answer: Answer }) {
  return (
    <Box className="question">
      <Group gap="xs" mb={4} wrap="nowrap" align="flex-start">
        <Pill kind={answer.answer === 'unknown' ? 'unknown' : 'quiet'}>{words[answer.answer]}</Pill>
        <Title order={3} size="h6">
          <span className="ask">{shown(answer.question, 10)}</span> {shown(answer.text, 300)}
          <Text span size="sm" c="dimmed" fw={400}>
            {' '}
            {Math.round(answer.confidence * 100)}% sure
          </Text>
        </Title>
      </Group>
      <Sentences texts={answer.because} most={4} />
      <EvidenceList evidence={answer.evidence} />
      <Said label="Looked at" texts={answer.looked} />
      {answer.wouldTell.length > 0 && (
        <Text size="sm" mt={4}>
          <b>What would tell:</b> <Hostile text={answer.wouldTell.join('; ')} />
        </Text>
      )}
    </Box>
  )
}
