import { bytes, count, listed, moment, several, span } from '../../base/quantity.ts'
import type { Case, Sign, SignKind } from '../../case/case.ts'
import { nextSteps } from '../next-steps.ts'
import { milliTime } from './instant.ts'
import { hostText } from './sentences.ts'

/** Steps told of one kind; the tables above have all. */
const most = 3

/** What to do now: about systems that were taken or attacked first, then about the scan that opened the case. Plain text. */
export function caseSteps(theCase: Case, program: string): readonly string[] {
  const [first] = theCase.scans
  if (!first || theCase.status !== 'open') return []
  const isDeclared =
    theCase.triage?.answers.some(({ question, answer }) => question === 'Q1' && answer === 'yes') ?? false
  const scan = nextSteps(first.scan, { program, paths: [] }, isDeclared).map(({ text }) => text)
  return [...afterCompromise(theCase), ...scan]
}

function afterCompromise(theCase: Case): readonly string[] {
  const { triage, decision } = theCase
  if (triage === null) return []
  const suspects = triage.touched.filter(({ state }) => state === 'suspect')
  if (suspects.length === 0 && decision?.rule !== 'E3' && decision?.rule !== 'E4') return []
  const told = new Set(suspects.map(({ address }) => address))
  const of = (...kinds: readonly SignKind[]) => triage.signs.filter(({ kind }) => kinds.includes(kind))
  const ofSuspects = (...kinds: readonly SignKind[]) => of(...kinds).filter(({ host }) => told.has(host))
  return [
    ...(suspects.length > 0
      ? [
          `Isolate ${listed(suspects.map(hostText), 8)} from the network, but leave ${suspects.length === 1 ? 'it' : 'them'} running: what ran since ${moment(milliTime(earliest(triage.signs, told)))} is in the memory.`,
        ]
      : []),
    ...byEnds(ofSuspects('outbound-volume', 'first-destination')).map(transfer),
    ...ofSuspects('inside-scan')
      .slice(0, most)
      .map((sign) => scanned(theCase, sign)),
    ...byEnds(ofSuspects('admin-pair')).map(administered),
    ...of('login').slice(0, most).map(loggedIn),
    ...guessed(of('guessing'), of('login'), told),
    ...(suspects.length > 0
      ? [
          `Keep an image of the memory and the disk of ${listed([...told], 8)} before anything is cleaned or started anew.`,
        ]
      : []),
    ...attacked(of('exploit')),
  ]
}

function earliest(signs: readonly Sign[], hosts: ReadonlySet<string>): string {
  const firsts = signs.filter(({ host }) => hosts.has(host)).map(({ first }) => first)
  return firsts.reduce((least, first) => (first < least ? first : least), firsts[0] ?? '')
}

/** One sign of each pair of ends and port: that with the most bytes. */
function byEnds(signs: readonly Sign[]): readonly Sign[] {
  const kept = new Map<string, Sign>()
  for (const sign of signs) {
    const key = `${sign.host} ${sign.peer} ${sign.port}`
    const other = kept.get(key)
    if (other === undefined || sign.bytesOut > other.bytesOut) kept.set(key, sign)
  }
  return [...kept.values()].sort((x, y) => y.bytesOut - x.bytesOut).slice(0, most)
}

function transfer(sign: Sign): string {
  return (
    `Find the process on ${sign.host} that sent ${bytes(sign.bytesOut)} to ${endOf(sign)}, ${when(sign)}: who started it, and which files it read. ` +
    `Block ${sign.peer} both ways, and look whether other systems of ours talked to it.`
  )
}

/** `10.20.0.0/24` with what answered there. */
function scanned({ scans }: Case, sign: Sign): string {
  const found = scans.find(({ scan }) => scan.first === sign.first && scan.sources.includes(sign.host))?.scan
  if (found === undefined) return `Look at the hosts that ${sign.host} scanned, ${when(sign)}.`
  const { open, targets } = found
  const answered = [...new Set(open.map(({ address }) => address))]
  const first =
    answered.length > 0 ? ` Begin with the ${count(answered.length)} that answered (${listed(answered)}).` : ''
  return (
    `Look at the hosts that ${sign.host} scanned, ${listed(targets.blocks)} on ${targets.ports.length === 1 ? 'port' : 'ports'} ` +
    `${listed(targets.ports.map(String), 8)}, ${when(sign)}: logins and connections from it since.${first}`
  )
}

function administered(sign: Sign): string {
  return `Look at ${endOf(sign)}, which ${sign.host} administered as never before, ${when(sign)}: what was done there, and by which account.`
}

function loggedIn(sign: Sign): string {
  return `Change the password of the account that logged in to ${sign.host}, and end its sessions: ${sign.text}`
}

/** Where a login is known, the step for it says what is to be done. */
function guessed(guesses: readonly Sign[], logins: readonly Sign[], suspects: ReadonlySet<string>): readonly string[] {
  const open = guesses.filter(({ host, peer }) => !logins.some((login) => login.host === host && login.peer === peer))
  return open.slice(0, most).map((sign) => {
    const service = sign.port === null ? sign.host : `port ${sign.port} of ${sign.host}`
    const known = suspects.has(sign.host)
      ? 'Change the passwords of the accounts that logged in there since'
      : 'If one succeeded, change the password of that account'
    return `Ask the login records of ${service} which of the ${several(sign.count, 'attempt')} of ${sign.peer} succeeded, ${when(sign)}. ${known}.`
  })
}

function attacked(exploits: readonly Sign[]): readonly string[] {
  const groups = Map.groupBy(exploits, ({ peer, port }) => `${peer} ${port}`)
  return [...groups.values()].slice(0, most).map((signs) => {
    const [first] = signs as [Sign]
    const hosts = [...new Set(signs.map(({ host }) => host))]
    const port = first.port === null ? '' : ` on port ${first.port}`
    return (
      `Look in the logs of ${listed(hosts, 6)}${port} for the requests of ${first.peer}, ${when(first)}: what they were answered, ` +
      'and what the service started or wrote afterwards.'
    )
  })
}

/** `203.0.113.88:4444`, `[2001:db8::1]:4444`; the other end of the sign. */
function endOf({ peer, port }: Sign): string {
  if (peer === null) return 'another system'
  if (port === null) return peer
  return peer.includes(':') ? `[${peer}]:${port}` : `${peer}:${port}`
}

function when({ first, last }: Sign): string {
  return span(milliTime(first), milliTime(last))
}
