import { type Tried, tryAftermath } from './decisions/aftermaths.ts'
import { businesses } from './decisions/business.ts'
import { labDecisions, otherDecisions } from './decisions/captures.ts'
import { deeds } from './decisions/deeds.ts'
import { type Bin, binOf, brierScore, byTenth, calibrationError, type Judgement } from './decisions/reliability.ts'
import { scanners } from './decisions/scanners.ts'

/** The even seeds to this one are told; the confidences were set by the odd ones to 1600. */
const seeds = 800

/** Lines of the section on decisions: how often they are right, beside how sure they say they are. */
export async function decisions(): Promise<string[]> {
  const lab = await labDecisions()
  const others = await otherDecisions()
  const tried: Tried[] = []
  for (let seed = 2; seed <= seeds; seed += 2) tried.push(await tryAftermath(seed))
  const madeUp = tried.flatMap(({ judgements }) => judgements)
  const unseen = tried
    .filter(({ judgements }) => judgements.length === 0)
    .map(({ aftermath }) => `seed ${aftermath.seed}`)
  const all = [...lab.judgements, ...others.judgements, ...madeUp]
  const missed = [...lab.missed, ...others.missed, ...unseen]
  return [
    '## Decisions',
    '',
    ...told,
    '',
    ...table(
      'confidence',
      [...byTenth(all)].map(([tenth, members]) => [tenthText(tenth), members] as const),
    ),
    '',
    `Expected calibration error ${calibrationError(all).toFixed(3)}, Brier score ${brierScore(all).toFixed(3)}; of the made-up ones alone ` +
      `${calibrationError(madeUp).toFixed(3)} and ${brierScore(madeUp).toFixed(3)}.`,
    '',
    ...table('rule', grouped(all, ruleOf)),
    '',
    ...table(
      'set',
      grouped(all, ({ set }) => set),
    ),
    '',
    missed.length === 0 ? 'No scan was without a decision.' : `Scans that made no case: ${missed.join(', ')}.`,
    '',
    ...mix(),
    '',
  ]
}

const told = [
  'Of the decisions that are given with confidence *c*, about that share should be right. The set: every lab capture and firewall log as it is',
  '(scans are to be escalated, ordinary traffic to make no case), with an allowlist that covers it (to be closed) and with one that does not,',
  "in one of five ways (to be escalated); other people's captures and logs; a day of noise on an Internet host, of which nothing is to be escalated;",
  'and made-up aftermaths of a sweep. *Right* is a decision that puts the case where the truth wants it: where nothing is to be escalated,',
  'closing and watching are both right. *Borne out* besides are those whose reason is true as well: for E3 that an attack was tried, for E4 that',
  'a system was taken. The interval is that of Wilson, 95 %.',
  "Others' captures are taken at their makers' word: scans of one exposed host are to be escalated where they call it scanned, and none are in the",
  'day of noise, though the two are much alike.',
]

/** E3 and E4 apart where the scan alone asks for nothing: there they are wrong if nothing happened. */
function ruleOf({ rule, alone }: Judgement): string {
  const isSplit = (rule === 'E3' || rule === 'E4') && alone !== 'escalate'
  return isSplit ? `${rule}, of a scan that alone asks for nothing` : rule
}

function tenthText(tenth: number): string {
  return `${(tenth / 10).toFixed(1)} to ${((tenth + 1) / 10).toFixed(1)}`
}

function grouped(
  judgements: readonly Judgement[],
  key: (one: Judgement) => string,
): (readonly [string, Judgement[]])[] {
  return [...Map.groupBy(judgements, key)].sort(([x], [y]) => (x < y ? -1 : 1))
}

function table(what: string, rows: readonly (readonly [string, readonly Judgement[]])[]): string[] {
  return [
    `| ${what} | decisions | mean confidence | share right | interval | borne out |`,
    '|---|---|---|---|---|---|',
    ...rows.map(([name, members]) => `| ${name} | ${cells(binOf(members)).join(' | ')} |`),
  ]
}

function cells({ count, right, low, high, said, borneOut }: Bin): (string | number)[] {
  return [
    count,
    said.toFixed(2),
    (right / count).toFixed(2),
    `${low.toFixed(2)} to ${high.toFixed(2)}`,
    (borneOut / count).toFixed(2),
  ]
}

/** What was drawn, and how often: the figures hold for such a mix. */
function mix(): string[] {
  const shares = (kinds: readonly { readonly name: string; readonly weight: number }[]) => {
    const whole = kinds.reduce((sum, { weight }) => sum + weight, 0)
    return kinds.map(({ name, weight }) => `${name} ${Math.round((100 * weight) / whole)} %`).join(', ')
  }
  return [
    `The made-up aftermaths (${seeds / 2} here; confidences were set by 800 others) are drawn: who sweeps a /24 with twelve live hosts (${shares(scanners)});`,
    `whether a deed follows (${scanners.map(({ name, deed }) => `${name} ${Math.round(100 * deed)} %`).join(', ')}) and which (${shares(deeds)});`,
    `and none (45 %), one (40 %) or two (15 %) pieces of ordinary business on hosts that answered (${shares(businesses)}).`,
    'Half of the networks have a past of fourteen days, half a log of logins, half alerts, half requests; four in five see what our hosts open themselves.',
    'A deed counts whether or not a log shows it. Attacks by a declared scanner are what it was ordered to do; that a system was taken is not.',
    '**All of it is made up, and the shares are no measurement of any network**: where data carried off is rarer beside backups than here, fewer of',
    'the decisions under E4 are right. What was not drawn, and other networks, the figures do not speak of.',
  ]
}
