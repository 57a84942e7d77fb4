import { Box, SimpleGrid, Table, Title } from '@mantine/core'
import type { CasePage } from '../../../src/server/contract.ts'
import { Empty } from '../../part/state.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { Section } from './section.tsx'
import { Said, Sentences } from './sentences.tsx'

/** Which rule decided, by what, and what would turn it round. */
export function DecisionSection({ page: { decision, permission } }: { readonly page: CasePage }) {
  if (decision === null) {
    return (
      <Section id="decision" title="Decision">
        <Empty>Triage has not run yet: no question of the runbook has been answered.</Empty>
      </Section>
    )
  }
  return (
    <Section id="decision" title={`Decision by rule ${shown(decision.rule, 80)}: ${shown(decision.title, 200)}`}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Box>
          <Title order={3} size="h6" mb={4}>
            Because
          </Title>
          <Sentences texts={decision.because} />
        </Box>
        <Box>
          <Title order={3} size="h6" mb={4}>
            What would reverse it
          </Title>
          <Sentences texts={decision.reverse} />
        </Box>
      </SimpleGrid>
      {permission && (
        <Box mt="sm">
          <Title order={3} size="h6">
            {permission.inScope ? 'Allowlisted, inside its scope' : 'Allowlisted, but outside its scope'}
          </Title>
          <Said label="Entry" texts={[permission.text]} />
          <Sentences texts={permission.because} />
        </Box>
      )}
      {decision.facts.length > 0 && <Facts facts={decision.facts} />}
    </Section>
  )
}

/** The same facts give the same decision. */
function Facts({ facts }: { readonly facts: NonNullable<CasePage['decision']>['facts'] }) {
  return (
    <details className="fold">
      <summary>The {facts.length} facts that the rules read</summary>
      <Table.ScrollContainer minWidth={300}>
        <Table verticalSpacing={4} maw={520}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Fact</Table.Th>
              <Table.Th>Value</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {facts.map(({ name, value }) => (
              <Table.Tr key={name}>
                <Table.Td>{shown(name, 100)}</Table.Td>
                <Table.Td>
                  <Hostile text={value} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  )
}
