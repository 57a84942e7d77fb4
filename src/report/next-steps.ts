import { listed, moment, several } from '../base/quantity.ts'
import type { Scan } from '../detect/finding.ts'

export interface NextStep {
  readonly text: string
  /** A command line to type, where there is one. */
  readonly command?: string
}

/** How Sweepwatch was called, for the commands the reports suggest. */
export interface Typed {
  /** How to call it again: `sweepwatch`, or a path to it. */
  readonly program: string
  readonly paths: readonly string[]
}

/**
 * What to do now, in the order of the runbook.
 * @param isDeclared it is known that the scan was asked for: neither is that to be found out, nor is it to be stopped
 */
export function nextSteps(scan: Scan, typed: Typed, isDeclared = false): readonly NextStep[] {
  const permission = isDeclared ? [] : [authorised(scan)]
  const containment = isDeclared ? undefined : contain(scan)
  return [...permission, ...answered(scan, typed), records(scan, typed), containment, review(scan)].filter(
    (step) => step !== undefined,
  )
}

function authorised(scan: Scan): NextStep {
  const [source = 'the source'] = scan.sources
  if (scan.direction === 'internal' || scan.direction === 'outbound') {
    return {
      text: `${source} is ours. Find out who uses it and which process did this at ${moment(scan.first)}: an inventory or vulnerability scanner, an administrator, or malware. Unexplained, treat the host as compromised.`,
    }
  }
  return {
    text: `Rule out a scan we asked for: the allowlist, the vulnerability-management and penetration-test calendar, partners, at ${moment(scan.first)}.`,
  }
}

function answered(scan: Scan, typed: Typed): readonly NextStep[] {
  if (scan.open.length === 0) return []
  const services = scan.open.slice(0, 3).map(endpoint)
  const rest =
    scan.open.length > 3
      ? `${services.join(', ')} and ${several(scan.open.length - 3, 'more', 'more')}`
      : listed(services)
  return [
    {
      text: `Look at what answered (${rest}): logins, errors and new outbound connections after ${moment(scan.detected)}, from this source and from others. Rank these services for patching first.`,
      command: eventsCommand(`host = ${scan.sources[0]} and host = ${scan.open[0]?.address}`, typed),
    },
  ]
}

/** `192.0.2.10:80`, `[2001:db8::1]:80`; the bare address where there is no port. */
function endpoint({ address, port }: Scan['open'][number]): string {
  if (port === 0) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function records(scan: Scan, typed: Typed): NextStep {
  return {
    text: 'Read the records themselves, and search older logs and threat intelligence for the source: seen before, known for abuse?',
    command: eventsCommand(`host = ${scan.sources[0]}`, typed),
  }
}

function eventsCommand(where: string, { program, paths }: Typed): string {
  return `${program} events --where '${where}' ${paths.map(quoted).join(' ')}`.trimEnd()
}

function quoted(path: string): string {
  return /^[\w./:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}

function contain(scan: Scan): NextStep | undefined {
  if (scan.direction === 'internal' || scan.direction === 'outbound') return undefined
  if (scan.decoys.length > 0) {
    return {
      text: 'Block none of these sources on this evidence: the scanner hid among decoys, and the decoys are probably bystanders.',
    }
  }
  if (scan.spoofable !== false) {
    return {
      text: 'Do not block the source on this evidence alone: its address may be forged, and its owner a bystander.',
    }
  }
  return {
    text: `If it was not asked for: block or throttle ${listed(scan.sources, 3)} at the perimeter, with an end date, and watch whether it stops.`,
  }
}

function review(scan: Scan): NextStep {
  if (scan.methods[0]?.startsWith('dns-')) {
    return {
      text: 'Ask what the name server tells to whom: reverse zones and internal names to our own clients only, zone transfers to the secondaries only (allow-transfer, TSIG).',
    }
  }
  return scan.open.length > 0
    ? { text: 'Review the firewall rules that let the answered probes in: must these services be public?' }
    : { text: 'Nothing answered. Keep watching for repetition and for other sources with the same targets.' }
}
