/** Which of our own sockets' peers a touch is: what the kernel left of its addresses after the redirect. */
export interface Seen {
  readonly transport: 'tcp' | 'udp'
  readonly peer: string
  readonly peerPort: number
  readonly localPort: number
}

/** Whom it had asked for. */
export interface Origin {
  readonly src: string
  readonly srcPort: number
  readonly dst: string
  readonly dstPort: number
}

interface Waiting {
  readonly key: string
  readonly resolve: (origin: Origin | undefined) => void
  readonly timer: NodeJS.Timeout
}

interface Known {
  readonly origin: Origin
  readonly transport: 'tcp' | 'udp'
  readonly localPort: number
  /** Milliseconds of the clock that is given. */
  readonly at: number
  isClaimed: boolean
}

/** Is told of each touch that became no session. */
type TellHalfOpen = (origin: Origin, transport: 'tcp' | 'udp', localPort: number, agoMs: number) => void

const mostKnown = 65_536
const claimMs = 300
/** After this long a touch that became no session never will; TCP's handshake is repeated within it. */
const halfOpenMs = 5000
/** What was told half-open may come late all the same; so long it is remembered. */
const forgetMs = 60_000
const longestLine = 1024
const line =
  /^\s*\[NEW\] (tcp|udp)\s.*?\bsrc=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) .*?\bsrc=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/

/**
 * What `conntrack -E -e NEW` prints, kept until the session comes: the original ends of each redirected touch, found by what the socket
 * sees (the reply's side, which the kernel keeps unique). A fixed number is kept, the oldest give way.
 */
export class Origins {
  readonly #ports: ReadonlySet<number>
  readonly #now: () => number
  readonly #halfOpen: TellHalfOpen
  readonly #known = new Map<string, Known>()
  readonly #waiting = new Map<string, Waiting>()
  #rest = ''

  /** @param ports those of our redirected listeners; @param now milliseconds of a clock that never jumps */
  constructor(ports: ReadonlySet<number>, now: () => number, halfOpen: TellHalfOpen) {
    this.#ports = ports
    this.#now = now
    this.#halfOpen = halfOpen
  }

  /** Takes what conntrack printed, cut anywhere. */
  read(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = (lines.pop() as string).slice(-longestLine)
    for (const each of lines) this.#line(each)
  }

  #line(text: string): void {
    const found = line.exec(text)
    if (found === null) return
    const [, protocol, src = '', dst = '', sport, dport, local, peer = '', localPort, peerPort] = found
    // What was not redirected is none of ours.
    if (!this.#ports.has(Number(localPort)) || (dst === local && dport === localPort)) return
    const transport = protocol as 'tcp' | 'udp'
    const seen: Seen = { transport, peer, peerPort: Number(peerPort), localPort: Number(localPort) }
    const origin = { src, srcPort: Number(sport), dst, dstPort: Number(dport) }
    const key = keyOf(seen)
    const waiting = this.#waiting.get(key)
    const known = { origin, transport, localPort: seen.localPort, at: this.#now(), isClaimed: waiting !== undefined }
    const before = this.#known.get(key)
    if (before !== undefined) this.#forget(key, before)
    this.#known.set(key, known)
    if (this.#known.size > mostKnown) {
      const [oldest, value] = this.#known.entries().next().value as [string, Known]
      this.#forget(oldest, value)
    }
    if (waiting !== undefined) this.#settle(waiting, origin)
  }

  /** @returns undefined where the kernel did not tell in time */
  claim(seen: Seen, mayWait: boolean): Promise<Origin | undefined> {
    const key = keyOf(seen)
    const known = this.#known.get(key)
    if (known !== undefined) {
      known.isClaimed = true
      return Promise.resolve(known.origin)
    }
    if (!mayWait || this.#waiting.has(key)) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(waiting, undefined), claimMs)
      const waiting: Waiting = { key, resolve, timer }
      this.#waiting.set(key, waiting)
    })
  }

  /** Tells what has become no session; to be called every second or so. @param isLast whether all is to be told now */
  sweep(isLast = false): void {
    const now = this.#now()
    for (const [key, known] of this.#known) {
      const age = now - known.at
      if (age < halfOpenMs && !isLast) return
      if (!known.isClaimed) {
        known.isClaimed = true
        this.#halfOpen(known.origin, known.transport, known.localPort, age)
      }
      if (age >= forgetMs || isLast) this.#known.delete(key)
    }
  }

  #forget(key: string, known: Known): void {
    this.#known.delete(key)
    if (known.isClaimed) return
    this.#halfOpen(known.origin, known.transport, known.localPort, this.#now() - known.at)
  }

  #settle(waiting: Waiting, origin: Origin | undefined): void {
    clearTimeout(waiting.timer)
    this.#waiting.delete(waiting.key)
    waiting.resolve(origin)
  }
}

function keyOf({ transport, peer, peerPort, localPort }: Seen): string {
  return `${transport} ${peer} ${peerPort} ${localPort}`
}
