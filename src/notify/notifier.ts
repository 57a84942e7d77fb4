import type { Case } from '../case/case.ts'
import { pause } from './backoff.ts'
import type { Channel, Sent } from './channel.ts'
import { noticeOf } from './notice.ts'
import type { Delivery, Outbox } from './outbox.ts'
import type { NotifySettings } from './settings.ts'
import { TokenBucket } from './token-bucket.ts'

/** What became of an attempt, for the log and for the case's history. */
export interface Told {
  readonly channel: string
  readonly delivery: string
  /** Ids of the cases in it. */
  readonly cases: readonly string[]
  readonly result: 'delivered' | 'retried' | 'given-up'
  /** How it was delivered, or what was wrong. */
  readonly reason: string
  /** When it is tried again, milliseconds; null where it is not. */
  readonly again: number | null
}

export interface NotifierOptions {
  readonly settings: NotifySettings
  readonly channels: readonly Channel[]
  readonly outbox: Outbox
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds that an attempt may take. */
  readonly patience: number
}

/** How long `run` waits at most before it looks again: other processes put cases into the outbox too. */
const longestWait = 5000

/**
 * Tells people and programs of cases that are escalated. Cases of a while go in one message a channel; a channel gets no more than
 * so many messages an hour, and what waits meanwhile joins the next; every message is delivered at least once or given up aloud.
 */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #buckets: ReadonlyMap<string, TokenBucket>
  #wake: (() => void) | undefined

  constructor(options: NotifierOptions) {
    this.#options = options
    const { burst, perHour } = options.settings
    this.#buckets = new Map(options.channels.map(({ name }) => [name, new TokenBucket(burst, perHour, options.now())]))
  }

  /** Puts a case into the outbox of every channel, where it is escalated and was not told before. @returns how many took it */
  offer(theCase: Case): number {
    const { settings, channels, outbox, now } = this.#options
    const notice = noticeOf(theCase, settings.minimum)
    if (notice === undefined) return 0
    const at = now()
    const taken = channels.filter(({ name }) => outbox.put(name, notice, at, at + Math.round(1000 * settings.group)))
    if (taken.length > 0) this.#wake?.()
    return taken.length
  }

  /** Sends what is due, each channel by itself. Never throws for a channel's sake. */
  async deliver(signal?: AbortSignal): Promise<readonly Told[]> {
    const told = await Promise.all(this.#options.channels.map((channel) => this.#deliverTo(channel, signal)))
    return told.flat()
  }

  /** When something will be due, milliseconds; undefined where nothing waits. */
  nextDue(): number | undefined {
    const { channels, outbox, now } = this.#options
    const times = channels.flatMap(({ name }) => {
      const due = outbox.nextDue(name)
      return due === undefined ? [] : [Math.max(due, this.#bucket(name).readyAt(now()))]
    })
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** Delivers until the signal. @param tell is told of every attempt */
  async run(signal: AbortSignal, tell: (told: Told) => void): Promise<void> {
    while (!signal.aborted) {
      for (const told of await this.deliver(signal)) tell(told)
      const wait = Math.max(0, (this.nextDue() ?? Number.POSITIVE_INFINITY) - this.#options.now())
      if (wait > 0) await this.#sleep(Math.min(longestWait, wait), signal)
    }
  }

  #bucket(name: string): TokenBucket {
    return this.#buckets.get(name) as TokenBucket
  }

  async #deliverTo(channel: Channel, signal: AbortSignal | undefined): Promise<readonly Told[]> {
    const { outbox, now, patience } = this.#options
    const told: Told[] = []
    for (;;) {
      const at = now()
      const due = outbox.nextDue(channel.name)
      if (signal?.aborted || due === undefined || due > at || !this.#bucket(channel.name).take(at)) return told
      // Held for twice as long as the attempt may take: who is killed in between sends it again, who is slow does not.
      const delivery = outbox.takeDue(channel.name, at, at + 2 * patience)
      if (delivery === undefined) return told
      const limit = AbortSignal.timeout(patience)
      const sent = await channel.send(delivery, { at, signal: signal ? AbortSignal.any([signal, limit]) : limit })
      told.push(this.#settle(delivery, sent))
    }
  }

  #settle(delivery: Delivery, sent: Sent): Told {
    const { outbox, now, settings } = this.#options
    const at = now()
    const common = {
      channel: delivery.channel,
      delivery: delivery.id,
      cases: delivery.notices.map(({ summary }) => summary.id),
    }
    if (sent.kind === 'delivered') {
      outbox.done(delivery.id, at)
      return { ...common, result: 'delivered', reason: sent.detail, again: null }
    }
    const isOver = sent.kind === 'rejected' || delivery.attempts >= settings.attempts
    const again = isOver ? null : at + pause(delivery.id, delivery.attempts, sent.kind === 'retry' ? sent.after : 0)
    outbox.failed(delivery.id, at, again, sent.reason)
    return { ...common, result: isOver ? 'given-up' : 'retried', reason: sent.reason, again }
  }

  #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    const timer = setTimeout(wake, milliseconds)
    signal.addEventListener('abort', wake, { once: true })
    this.#wake = wake
    return promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
    })
  }
}
