import type { Scan } from '../finding.ts'

/** The verdict in sentences a reader understands, the strongest first. */
export function reasons(
  scan: Scan,
  decoysTold?: string,
  coordination?: { p: number; collisions: number; expected: number },
): string[] {
  const said = [headline(scan)]
  if (coordination) {
    said.push(
      `${scan.sources.length} sources divided the targets: ${coordination.collisions} targets were hit by more than one of them, ` +
        `where independent scanners would share ${coordination.expected.toFixed(1)} (p = ${coordination.p.toExponential(1)}).`,
    )
  }
  said.push(...proof(scan))
  if (scan.tool) said.push(`The packets are those of ${scan.tool.name}: ${scan.tool.because}.`)
  if (scan.tricks.fragments > 0)
    said.push(`${plural(scan.tricks.fragments, 'probe')} came in fragments, which some filters let through.`)
  if (scan.tricks.trustedPort > 0) {
    said.push(
      `The probes came from port ${scan.tricks.trustedPort}, which careless filters trust as a service's answer.`,
    )
  }
  said.push(answers(scan))
  if (scan.decoys.length > 0) said.push(decoySentence(scan, decoysTold))
  if (scan.spoofable === true)
    said.push('Nothing shows that the source receives our answers: its address could be forged.')
  if (scan.spoofable === null) said.push('These logs cannot show whether the source address is forged.')
  if (scan.pending > 0)
    said.push(`${plural(scan.pending, 'probe')} had no answer yet when the input ended, counted as not answered.`)
  return said
}

/** What the score and the order say. */
export function proof(scan: Scan): string[] {
  const said: string[] = []
  const evidence = scan.score.terms.filter((term) => term.nats > 0).slice(0, 3)
  if (evidence.length > 0) {
    said.push(
      `At the decision the score stood at ${scan.score.total.toFixed(1)} nats against ${scan.score.threshold}: ` +
        `${evidence.map((term) => `${term.count} × ${term.name} (${signed(term.nats)})`).join(', ')}.`,
    )
  }
  if (scan.order.kind !== 'unknown' && scan.order.kind !== 'random') {
    said.push(
      `The addresses were visited in ${scan.order.kind} order; chance gives that with p ${scan.order.p < 1e-300 ? 'under 1e-300' : `= ${scan.order.p.toExponential(1)}`}.`,
    )
  }
  return said
}

function decoySentence(scan: Scan, told: string | undefined): string {
  const same = `${scan.decoys.length} other sources sent the same packets (IP ID, ports, sequence number) at the same instants: ${list(scan.decoys)}.`
  return told === undefined
    ? `${same} One of the ${scan.decoys.length + 1} is real; these logs cannot tell which, ${scan.sources[0]} is a guess.`
    : `${same} They are decoys: ${scan.sources[0]} is the real one, for ${told}.`
}

function headline(scan: Scan): string {
  const who = scan.sources.length === 1 ? scan.sources[0] : `${scan.sources.length} sources (${list(scan.sources)})`
  const { addresses, blocks, ports } = scan.targets
  const where = addresses === 1 ? `one address (${list(blocks)})` : `${addresses} addresses in ${list(blocks)}`
  const what =
    ports.length === 0
      ? scan.methods.join(', ')
      : ports.length <= 6
        ? `port ${ports.join(', ')}`
        : `${ports.length} ports`
  return `${who} probed ${where} for ${what} by ${scan.methods.join(', ')}.`
}

function answers(scan: Scan): string {
  const o = scan.outcomes
  const parts = [
    [o.established, 'answered'],
    [o.refused, 'refused'],
    [o.unanswered, 'stayed silent'],
    [o.blocked, 'were blocked'],
    [o.unknown, 'are not told'],
  ] as const
  return `Of ${scan.probes} probes ${parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ')}.`
}

/** What would turn the verdict round. */
export function reversals(scan: Scan): string[] {
  const said = ['An authorised scan of these targets at that time, declared with owner and scope.']
  const names = new Set(scan.score.terms.map((term) => term.name))
  if (names.has('dark address') || names.has('silent address') || names.has('unseen target')) {
    said.push(
      'Proof that the dark addresses held services until shortly before (a renumbering or a decommissioned range).',
    )
  }
  if (names.has('refused') || names.has('no answer') || names.has('another port')) {
    said.push('Proof that the refused ports served this source before: then the failures are an outage.')
  }
  if (scan.direction === 'outbound' || scan.direction === 'internal') {
    said.push('A monitoring, inventory or peer-to-peer program known to run on the source.')
  }
  if (scan.spoofable !== false)
    said.push('Evidence that the source address was forged: then the scan stands, but not its author.')
  return said
}

export function list(items: readonly string[]): string {
  return items.length <= 4 ? items.join(', ') : `${items.slice(0, 3).join(', ')} and ${items.length - 3} more`
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

function signed(nats: number): string {
  return `${nats >= 0 ? '+' : ''}${nats.toFixed(1)}`
}
