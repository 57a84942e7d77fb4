import { moment, several } from '../../base/quantity.ts'
import type { LedgerEntry } from '../../respond/ledger/entry.ts'
import type { Judgement, PlaceState, PlanState } from '../../respond/ledger/fold.ts'
import { shortNetwork } from '../../respond/network.ts'
import type { PlannedNetwork } from '../../respond/plan/plan.ts'
import { block, item, limited } from '../case/text/block.ts'
import { clipped, printable } from '../escape.ts'
import { glyphs, type Look, paint } from '../look.ts'
import { labelled, paragraph } from '../text/layout.ts'
import { entrySentence, planSentence, radiusSentence, statusSentence } from './sentences.ts'

const most = { networks: 12, refused: 12, history: 20 }
const proofStyles = { proven: 'green', contradicted: ['bold', 'red'], unproven: 'yellow' } as const
const statusStyles = { proposed: 'yellow', approved: 'green', rejected: 'dim', revoked: 'dim', ended: 'dim' } as const

/** A plan as a page for the terminal: what it does, what it costs, whom it may hit, how it stands, what was proven. @param needed people who approve */
export function planText(state: PlanState, needed: number, look: Look): string {
  const { plan, history } = state
  const rule = paint(look, 'dim', glyphs(look).heavy.repeat(look.columns))
  const radius = plan.blastRadius
  const lines = [
    rule,
    `  ${paint(look, 'bold', `plan ${plan.id}`)}  ${paint(look, statusStyles[state.status], clipped(statusSentence(state, needed), 200))}`,
    paragraph(`${planSentence(plan)}.`, look, '  '),
    rule,
    labelled('Case', plan.caseId, look),
    labelled('Proposed', `${moment(state.proposed)} by ${state.author}`, look),
    labelled('Would cut', radiusSentence(radius), look),
    ...(radius?.caveats ?? []).map((caveat) => item(caveat, look)),
    ...(radius?.services ?? []).map(({ address, port, protocol, connections, last }) =>
      item(`${several(connections, 'connection')} with ${address} ${protocol} ${port}, the last ${moment(last)}`, look),
    ),
    ...block(
      'Why',
      plan.because.map((text) => item(text, look)),
      look,
    ),
    ...block(
      'Networks',
      limited(plan.networks, most.networks, (each) => networkLines(each, look)),
      look,
    ),
    ...block('Kept out by the guard', refusedLines(state, look), look),
    ...block(
      'Where it stands',
      [...state.places].flatMap(([target, place]) => placeLines(target, place, look)),
      look,
    ),
    ...block('History', historyLines(history, look), look),
  ]
  return `${lines.join('\n')}\n`
}

function networkLines(
  { network, because, shared, spoofable, denyOnly, earlier }: PlannedNetwork,
  look: Look,
): string[] {
  const doubt =
    spoofable === false && !denyOnly
      ? []
      : [
          denyOnly
            ? 'nothing but denied requests is known of it: it may be forged'
            : 'the logs cannot show whether it is forged: it is let go sooner (respond.limits.unconfirmed)',
        ]
  const again = earlier === 0 ? '' : `, blocked ${earlier === 1 ? 'once' : `${earlier} times`} before`
  return [
    item(`${shortNetwork(network)}: ${because}${again}`, look),
    ...[...doubt, ...shared].map((text) => item(text, look, 1)),
  ]
}

function refusedLines({ plan, refused }: PlanState, look: Look): readonly string[] {
  return limited([...plan.refused, ...refused], most.refused, ({ network, refusals }) => [
    item(`${shortNetwork(network)}: ${refusals.join('; ')}`, look),
  ])
}

function placeLines(target: string, place: PlaceState, look: Look): string[] {
  const { state, at, detail, block: held, release } = place
  const since = at === '' ? '' : ` since ${moment(at)}`
  return [
    item(`${target}: ${state}${since}${detail === '' ? '' : ` (${detail})`}`, look),
    ...(held === null ? [] : [judgementLine('', held, look)]),
    ...(release === null ? [] : [judgementLine('release ', release, look)]),
    ...(place.held.length === 0
      ? []
      : [item(`taken away by others: ${place.held.slice(0, 8).join(', ')}; plan reapply puts it back`, look, 1)]),
  ]
}

function judgementLine(phase: string, { proof, because, at }: Judgement, look: Look): string {
  return paint(look, proofStyles[proof], item(`${phase}${proof}: ${because} (${moment(at)})`, look, 1))
}

function historyLines(history: readonly LedgerEntry[], look: Look): string[] {
  const left = history.length - most.history
  return [
    ...(left > 0 ? [`    ${left} earlier entries; --json has them all`] : []),
    ...history.slice(-most.history).map((entry) => item(historyLine(entry), look)),
  ]
}

function historyLine(entry: LedgerEntry): string {
  const { name, login } = entry.author
  const who = name === login ? name : `${name} (login ${login})`
  return `${moment(entry.at)} ${who}: ${entrySentence(entry)}`
}

/** The table that `sweepwatch plan` prints. */
export function planList(states: readonly PlanState[], needed: number, look: Look): string {
  if (states.length === 0) return 'No plan.\n'
  const lines = states.map((state) => {
    const proofs = [...state.places.values()].flatMap(({ block, release }) => (release ?? block)?.proof ?? [])
    const proof = (['contradicted', 'proven', 'unproven'] as const).find((each) => proofs.includes(each))
    const badge = proof === undefined ? '' : paint(look, proofStyles[proof], ` ${proof}`)
    const head = `${state.plan.id}  ${paint(look, statusStyles[state.status], clipped(statusSentence(state, needed), 60))}${badge}`
    return `${head}\n${paragraph(`case ${state.plan.caseId}: ${planSentence(state.plan)}`, look, '    ')}\n`
  })
  return lines.join('')
}

/** Entries of the ledger, a line each; hashes are for --json. */
export function ledgerText(entries: readonly LedgerEntry[], look: Look): string {
  return entries.map((entry) => `${ledgerLine(entry, look)}\n`).join('')
}

function ledgerLine(entry: LedgerEntry, look: Look): string {
  const plan = entry.plan === '' ? '' : `plan ${entry.plan}  `
  return paragraph(`${plan}${historyLine(entry)}`, look, '        ', `${String(entry.seq).padStart(6)}  `)
}

const loud = new Set(['failed', 'drift', 'restored', 'held', 'refused'])

/** An entry as `watch` and `enforce` print it while they run. */
export function liveEntry(entry: LedgerEntry, look: Look): string {
  const isLoud = loud.has(entry.body.kind) || (entry.body.kind === 'judged' && entry.body.proof === 'contradicted')
  const badge = paint(look, isLoud ? 'red' : 'dim', 'CONTAIN'.padEnd(8))
  const plan = entry.plan === '' ? '' : `plan ${entry.plan}: `
  return `${entry.at.slice(0, 19)}Z  ${badge}  ${printable(`${plan}${entrySentence(entry)}`)}\n`
}
