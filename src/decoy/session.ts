import type { Limits } from './limits.ts'
import type { Persona } from './persona.ts'
import { type Said, sessionPcap } from './record/packets.ts'
import type { Ending, Ends, Told } from './record/touch.ts'
import type { Conversation, Login, Notes, ServiceId, Talk } from './service/service.ts'

/** The client's side, as far as a session needs it. */
export interface Wire {
  write(bytes: Uint8Array): void
  /** Closes when what was written has left. */
  end(): void
  /** Closes at once. */
  destroy(): void
}

export interface SessionParts {
  readonly id: string
  readonly service: ServiceId | 'any'
  readonly ends: Ends
  readonly persona: Persona
  readonly limits: Limits
  readonly wire: Wire
  /** Microseconds. */
  readonly now: () => number
  readonly open: (talk: Talk) => Conversation
  readonly told: (told: Told) => void
  /** Keeps a capture. @returns where; undefined where it could not be written */
  readonly keep: (name: string, pcap: Buffer) => string | undefined
}

const keptPayload = 256
const longestText = 512
/** What a client gets to take the last bytes and to close. */
const lingerMs = 3000
/** Nobody says that no more datagrams come. */
const udpIdleSeconds = 5
/** Pieces of a capture. */
const mostPieces = 4096

/**
 * One session, bounded in time, bytes, accounts and texts. What a service says and learns goes through here; it is told exactly once,
 * when `closed` is called, which the listener does when the connection is gone.
 */
export class Session implements Talk {
  readonly persona: Persona
  readonly transport: 'tcp' | 'udp'
  readonly address: string
  readonly peer: string
  readonly peerPort: number
  readonly now: () => number
  readonly #parts: SessionParts
  readonly #at: number
  readonly #conversation: Conversation
  readonly #said: Said[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #idle: NodeJS.Timeout
  #payload: Buffer = Buffer.alloc(0)
  #notes: Record<string, string> = {}
  #cause: Ending | undefined
  #isClosed = false
  #bytesIn = 0
  #bytesOut = 0
  #logins = 0

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.persona = parts.persona
    this.transport = parts.ends.transport
    this.address = parts.ends.dst
    this.peer = parts.ends.src ?? ''
    this.peerPort = parts.ends.srcPort ?? 0
    this.now = parts.now
    this.#at = parts.now()
    const { seconds, idleSeconds } = parts.limits
    const idleMs = 1000 * (this.transport === 'udp' ? Math.min(idleSeconds, udpIdleSeconds) : idleSeconds)
    this.#idle = setTimeout(() => this.stop('idle'), idleMs)
    this.#timer(seconds * 1000, () => this.stop('time'))
    this.#conversation = this.#guarded(() => parts.open(this)) ?? { received() {} }
  }

  received(bytes: Buffer): void {
    if (this.#isClosed || this.#cause !== undefined) return
    const room = this.#parts.limits.bytes - this.#bytesIn
    // What a socket gives is a view of a larger block, which a piece that is kept would hold in memory.
    const taken = Buffer.from(bytes.subarray(0, room))
    this.#bytesIn += taken.length
    this.#say(taken, true)
    if (this.#payload.length < keptPayload) {
      this.#payload = Buffer.concat([this.#payload, taken.subarray(0, keptPayload - this.#payload.length)])
    }
    this.#idle.refresh()
    this.#guarded(() => this.#conversation.received(taken))
    if (bytes.length > room) this.stop('bytes')
  }

  send(text: Uint8Array | string): void {
    if (this.#isClosed || this.#cause !== undefined) return
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : Buffer.from(text)
    // A datagram's source may be forged: nobody gets more from us than was sent in their name.
    const most = this.transport === 'udp' ? this.#bytesIn : this.#parts.limits.bytes
    if (this.#bytesOut + bytes.length > most) {
      if (this.transport === 'tcp') this.stop('bytes')
      return
    }
    this.#bytesOut += bytes.length
    this.#say(bytes, false)
    this.#parts.wire.write(bytes)
  }

  end(): void {
    if (this.#cause !== undefined) return
    this.#cause = 'decoy'
    this.#parts.wire.end()
    this.#timer(lingerMs, () => this.#parts.wire.destroy())
  }

  /** Ends it from our side, at once. */
  stop(cause: Ending): void {
    this.#cause ??= cause
    this.#parts.wire.destroy()
  }

  note(notes: Notes): void {
    for (const [name, text] of Object.entries(notes)) this.#notes[name] = String(text).slice(0, longestText)
  }

  login({ user, password }: Login): void {
    if (this.#isClosed || this.#logins >= this.#parts.limits.logins) return
    this.#logins++
    const { id, service, ends, told } = this.#parts
    told({
      kind: 'login',
      id,
      service,
      at: this.now(),
      ...ends,
      ...(user !== undefined && { user: user.slice(0, longestText) }),
      ...(password !== undefined && { password: password.slice(0, longestText) }),
    })
  }

  later(milliseconds: number, act: () => void): void {
    this.#timer(milliseconds, () => {
      if (this.#cause === undefined) this.#guarded(act)
    })
  }

  /** The connection is gone. Later calls do nothing. */
  closed(cause: Ending): void {
    if (this.#isClosed) return
    this.#cause ??= cause
    this.#guarded(() => this.#conversation.closed?.())
    this.#isClosed = true
    clearTimeout(this.#idle)
    for (const timer of this.#timers) clearTimeout(timer)
    this.#parts.told(this.#touch())
  }

  #touch(): Told {
    const { id, service, ends } = this.#parts
    const capture = this.#capture()
    return {
      kind: 'touch',
      id,
      service,
      at: this.#at,
      duration: Math.max(0, this.now() - this.#at),
      ...ends,
      ended: this.#cause ?? 'client',
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      logins: this.#logins,
      ...this.#notes,
      payload: this.#payload,
      ...(capture !== undefined && { capture }),
    }
  }

  #capture(): string | undefined {
    const { id, service, ends, keep } = this.#parts
    const { transport, src, srcPort, dst, dstPort } = ends
    if (src === undefined || srcPort === undefined) return undefined
    const stamp = new Date(this.#at / 1000).toISOString().replace(/\D/g, '').slice(0, 17)
    const packetEnds = { src, srcPort, dst, dstPort }
    const pcap = sessionPcap({ ends: packetEnds, transport, at: this.#at, endAt: this.now(), said: this.#said })
    return keep(`${stamp}-${service}-${id}.pcap`, pcap)
  }

  #say(bytes: Buffer, fromClient: boolean): void {
    if (bytes.length > 0 && this.#said.length < mostPieces) this.#said.push({ at: this.now(), fromClient, bytes })
  }

  /** A service that fails on what it was sent costs its session, nothing else. */
  #guarded<T>(act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      this.note({ message: `not understood: ${(error as Error).message}` })
      this.#cause ??= 'error'
      this.#parts.wire.destroy()
      return undefined
    }
  }

  #timer(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, milliseconds)
    this.#timers.add(timer)
  }
}
