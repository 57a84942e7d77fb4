import { isoTime } from '../../base/time.ts'
import type { Case } from '../../case/case.ts'
import type { DrawnScan, Scan } from '../../detect/finding.ts'
import type { CaseStore } from '../../store/case-store.ts'
import type { AllFindings } from '../intake.ts'
import { fleetingBook } from './case-book.ts'
import { CaseMaker } from './case-maker.ts'
import type { CaseContext } from './context.ts'
import { rememberDays } from './host-days.ts'
import { HostWatch } from './host-watch.ts'
import { storedBook } from './stored-book.ts'

/** Why a case is told: it is new; or the decision on it has changed, it came back, or a host that is watched because of it shows a sign. */
export interface ToldCase {
  readonly case: Case
  readonly status: 'new' | 'decided'
}

/** What followed a scan is looked for anew this often, and for so long after it. Microseconds of event time, milliseconds. */
const again = 60e6
const followed = 72 * 3600e3
/** Scans that are followed; of more the newest. */
const mostFollowed = 256
/** A day is written down when it is over for so long. Microseconds. */
const grace = 3600e6
/** Cases of watched hosts that are looked at each time; the others next time. */
const mostWatched = 64

/** Keeps cases while a service runs: takes up scans as they are told, and goes on asking what followed them. */
export class LiveCases {
  readonly #maker: CaseMaker
  readonly #watch: HostWatch | undefined
  readonly #store: CaseStore | undefined
  readonly #tell: (told: ToldCase) => void
  readonly #changed: (one: Case) => void
  readonly #decisions = new Map<string, string>()
  #askedAt = Number.NEGATIVE_INFINITY
  #day = ''

  /** @param changed called with every case that was looked at again, whether the decision on it changed or not */
  constructor(
    store: CaseStore | undefined,
    context: CaseContext,
    tell: (told: ToldCase) => void,
    changed: (one: Case) => void = () => {},
  ) {
    this.#store = store
    this.#tell = tell
    this.#changed = changed
    const book = store ? storedBook(store, context.watch) : fleetingBook()
    this.#maker = new CaseMaker(book, context)
    this.#watch = store && new HostWatch(store, book, context, mostWatched)
    for (const { id, decision, rule } of store?.list({ status: 'open', limit: 10_000 }) ?? [])
      this.#decisions.set(id, `${decision} ${rule}`)
  }

  /**
   * @param findings with the ids under which scans were told
   * @param changed ids of scans that are new or have grown
   * @param written when, microseconds
   * @param end the newest event, microseconds
   */
  async take(findings: AllFindings, changed: ReadonlySet<string>, written: number, end: number): Promise<void> {
    const isDue = end >= this.#askedAt + again
    if (changed.size === 0 && !isDue) return
    if (isDue) this.#askedAt = end
    const wanted = isDue ? new Set([...changed, ...recent(findings.scans, end)]) : changed
    if (wanted.size > 0) {
      const { cases, reopened } = await this.#maker.take(findings, isoTime(written), end, wanted)
      this.#tellAll(cases, reopened)
    }
    if (isDue && this.#watch !== undefined) {
      const { cases, told } = await this.#watch.look(findings, isoTime(written), end)
      this.#tellAll(cases, told)
    }
    this.#remember(findings, end)
  }

  #tellAll(cases: readonly Case[], anyway: ReadonlySet<string>): void {
    for (const each of cases) {
      this.#told(each, anyway.has(each.id))
      this.#changed(each)
    }
  }

  /** @param anyway also where the decision is what it was: it is over no more, or a host that was watched shows a sign */
  #told(each: Case, anyway: boolean): void {
    const decision = `${each.decision?.decision} ${each.decision?.rule}`
    const before = this.#decisions.get(each.id)
    if (before === decision && !anyway) return
    this.#decisions.set(each.id, decision)
    this.#tell({ case: each, status: before === undefined && !anyway ? 'new' : 'decided' })
  }

  /** Once a day is over, what it showed of our hosts is written down. */
  #remember({ activity }: AllFindings, end: number): void {
    const day = isoTime(end - grace).slice(0, 10)
    if (day === this.#day || this.#store === undefined) return
    if (this.#day !== '') rememberDays(this.#store.database, activity, { before: day })
    this.#day = day
  }
}

/** Scans whose aftermath is not over, newest first. */
function recent(scans: readonly DrawnScan[], end: number): string[] {
  return scans
    .map(({ scan }) => scan)
    .filter((scan) => end / 1000 - Date.parse(scan.last) <= followed)
    .sort(newestFirst)
    .slice(0, mostFollowed)
    .map(({ id }) => id)
}

function newestFirst(x: Scan, y: Scan): number {
  return x.last < y.last ? 1 : x.last > y.last ? -1 : 0
}
