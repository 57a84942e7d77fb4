import { randomBytes } from 'node:crypto'
import type { Socket as DatagramSocket } from 'node:dgram'
import type { Server } from 'node:net'
import { openAnyPort } from './any-port.ts'
import { Gate } from './gate.ts'
import type { Limits } from './limits.ts'
import { type PersonaSource, personaOf } from './persona.ts'
import { TouchLog } from './record/log.ts'
import { SessionFiles } from './record/session-files.ts'
import type { Ending, Ends, Told } from './record/touch.ts'
import type { Origins } from './redirect/origins.ts'
import { services } from './service/registry.ts'
import type { ServiceId } from './service/service.ts'
import { Session, type Wire } from './session.ts'
import { type Arrival, listenTcp } from './tcp.ts'
import { listenUdp } from './udp.ts'

/** A port that is listened to. */
export interface Listen {
  readonly address: string
  readonly port: number
  readonly transport: 'tcp' | 'udp'
  readonly service: ServiceId | 'any'
  /** Whether touches come here from elsewhere, through the kernel's redirect. */
  readonly isRedirected: boolean
}

export interface DecoyOptions {
  /** Where the log and the captures go. */
  readonly directory: string
  readonly identity: PersonaSource
  readonly limits: Limits
  /** Microseconds. */
  readonly now: () => number
  /** A value as one line of JSON that is safe to show. */
  readonly line: (value: unknown) => string
  readonly told: (told: Told) => void
  /** What went wrong beside: a log that cannot be written. */
  readonly trouble: (text: string) => void
}

/** What has happened since it was opened. */
export interface Counts {
  readonly touches: number
  readonly logins: number
  /** Touches that found no room. */
  readonly refused: number
  /** Lines and captures that could not be written. */
  readonly unwritten: number
}

/** The listeners and their sessions. It never opens a connection of its own: it answers, to whoever asked, and nothing else. */
export class Decoy {
  readonly #options: DecoyOptions
  readonly #gate: Gate
  readonly #log: TouchLog
  readonly #files: SessionFiles
  readonly #servers: (Server | DatagramSocket)[] = []
  readonly #sessions = new Set<Session>()
  readonly #counts = { touches: 0, logins: 0, refused: 0, unwritten: 0 }
  readonly #begun = Promise.withResolvers<void>()
  #origins: Origins | undefined

  constructor(options: DecoyOptions) {
    const { directory, limits } = options
    this.#options = options
    this.#gate = new Gate(limits.sessions, limits.perSource)
    this.#log = new TouchLog(directory, limits.logBytes, limits.logFiles)
    this.#files = new SessionFiles(directory, limits.captures, limits.captureBytes)
  }

  get counts(): Counts {
    return this.#counts
  }

  /** @returns the port that is listened to. @throws the error of the system */
  async listen(where: Listen): Promise<number> {
    const { address, port, transport } = where
    const handler = { arrived: (arrival: Arrival, wire: Wire) => this.#arrived(where, arrival, wire) }
    const server = await (transport === 'tcp' ? listenTcp : listenUdp)(address, port, handler)
    this.#servers.push(server)
    return (server.address() as { port: number }).port
  }

  /** From now on who has come is spoken to: everything is bound, and nobody is privileged any more. */
  begin(): void {
    this.#begun.resolve()
  }

  /** Where touches that were redirected went to; without it they are told with the decoy's own address. */
  follow(origins: Origins): void {
    this.#origins = origins
  }

  /** A touch that never became a session, so many milliseconds ago. */
  halfOpen(ends: Ends, service: ServiceId | 'any', agoMs: number): void {
    this.#without({ ...ends, redirected: true }, service, 'half-open', agoMs * 1000)
  }

  /** Ends what goes on, and tells it. */
  async close(): Promise<void> {
    this.#begun.resolve()
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    for (const session of [...this.#sessions]) session.stop('stopped')
    await Promise.all(closed)
    for (const session of [...this.#sessions]) session.closed('stopped')
    this.#log.close()
  }

  async #arrived(where: Listen, { ends, localPort }: Arrival, wire: Wire): Promise<Session | undefined> {
    const { service } = where
    if (ends.src === undefined || ends.srcPort === undefined) {
      // Behind a redirect the kernel's event has its source, and is told as half-open.
      if (!where.isRedirected) this.#without(ends, service, 'client')
      return undefined
    }
    const leave = this.#gate.enter(ends.src)
    await this.#begun.promise
    const met = where.isRedirected ? await this.#origin(ends, localPort, leave !== undefined) : ends
    if (leave === undefined) {
      this.#counts.refused++
      this.#without(met, service, 'limit')
      return undefined
    }
    return this.#session(met, service, wire, leave)
  }

  async #origin(ends: Ends, localPort: number, mayWait: boolean): Promise<Ends> {
    const { transport, src = '', srcPort = 0 } = ends
    const origin = await this.#origins?.claim({ transport, peer: src, peerPort: srcPort, localPort }, mayWait)
    return { ...ends, ...(origin ?? { isGuess: true }), redirected: true }
  }

  #session(ends: Ends, service: ServiceId | 'any', wire: Wire, leave: () => void): Session {
    const { identity, limits, now } = this.#options
    let session: Session | undefined
    const known = services.find(({ id }) => id === service)
    session = new Session({
      id: randomBytes(6).toString('hex'),
      service,
      ends,
      persona: personaOf(ends.dst, identity),
      limits,
      wire,
      now,
      open: known === undefined ? openAnyPort : (talk) => known.open(talk),
      told: (told) => {
        if (told.kind === 'touch') {
          leave()
          if (session !== undefined) this.#sessions.delete(session)
        }
        this.#tell(told)
      },
      keep: (name, pcap) => this.#written(() => this.#files.add(name, pcap)),
    })
    this.#sessions.add(session)
    return session
  }

  #without(ends: Ends, service: ServiceId | 'any', ended: Ending, ago = 0): void {
    const at = this.#options.now() - ago
    const id = randomBytes(6).toString('hex')
    this.#tell({ kind: 'touch', id, service, at, duration: 0, ...ends, ended, bytesIn: 0, bytesOut: 0, logins: 0 })
  }

  #tell(told: Told): void {
    if (told.kind === 'touch') this.#counts.touches++
    else this.#counts.logins++
    this.#written(() => this.#log.add(told, this.#options.line))
    this.#options.told(told)
  }

  /** A full disk costs what could not be written, and is said once. */
  #written<T>(write: () => T): T | undefined {
    try {
      return write()
    } catch (error) {
      if (this.#counts.unwritten++ === 0) this.#options.trouble((error as Error).message)
      return undefined
    }
  }
}
