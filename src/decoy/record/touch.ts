import type { Login, Notes, ServiceId } from '../service/service.ts'

/** How a session ended: by either side, by a limit, or before it began. */
export type Ending = 'client' | 'decoy' | 'idle' | 'time' | 'bytes' | 'limit' | 'half-open' | 'stopped' | 'error'

export interface Ends {
  readonly transport: 'tcp' | 'udp'
  /** Absent where the kernel no longer knew it: the client was gone before the connection was taken. */
  readonly src?: string
  readonly srcPort?: number
  readonly dst: string
  readonly dstPort: number
  /** Whether nothing lives at `dst`: the kernel redirected the touch here. */
  readonly redirected?: true
  /** Whether `dst` and `dstPort` are the decoy's own, for want of those that were touched. */
  readonly isGuess?: boolean
}

/** One session, told once, when it is over. */
export interface Touch extends Ends, Notes {
  readonly kind: 'touch'
  readonly id: string
  readonly service: ServiceId | 'any'
  /** Microseconds. */
  readonly at: number
  readonly duration: number
  readonly ended: Ending
  readonly bytesIn: number
  readonly bytesOut: number
  readonly logins: number
  /** The first bytes of the client. */
  readonly payload?: Buffer
  /** The file of its packets, below the decoy's directory. */
  readonly capture?: string
}

/** One account that was tried, told at once. */
export interface TriedLogin extends Ends, Login {
  readonly kind: 'login'
  readonly id: string
  readonly service: ServiceId | 'any'
  readonly at: number
}

export type Told = Touch | TriedLogin
