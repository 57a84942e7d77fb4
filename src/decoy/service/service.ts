import type { Persona } from '../persona.ts'

/** What a session learned beside its bytes; names as in docs/events.md. Every text is the client's choice, and bounded by `Session`. */
export interface Notes {
  readonly clientBanner?: string
  readonly serverBanner?: string
  readonly hassh?: string
  readonly ja3?: string
  readonly ja4?: string
  readonly serverName?: string
  readonly httpMethod?: string
  readonly uri?: string
  readonly host?: string
  readonly userAgent?: string
  /** An account that was named without a password: an RDP cookie, NTLM, SIP digest. */
  readonly user?: string
  /** Anything else worth a line: a command, dialects. */
  readonly message?: string
}

export interface Login {
  readonly user?: string
  readonly password?: string
}

/** What a service may do in a session: speak to the client, note what it learned, end. It has no other way to the world. */
export interface Talk {
  readonly persona: Persona
  readonly transport: 'tcp' | 'udp'
  /** The address that was touched, and who touched it. */
  readonly address: string
  readonly peer: string
  readonly peerPort: number
  /** Microseconds. */
  now(): number
  send(bytes: Uint8Array | string): void
  /** Closes when what was sent has left. */
  end(): void
  note(notes: Notes): void
  login(login: Login): void
  /** Does something later, unless the session has ended by then. */
  later(milliseconds: number, act: () => void): void
}

/** A session's end of the talk. What throws ends the session, and is counted. */
export interface Conversation {
  received(bytes: Buffer): void
  /** The session is over, whoever ended it. */
  closed?(): void
}

export const serviceIds = [
  'ssh',
  'telnet',
  'ftp',
  'http',
  'https',
  'smb',
  'rdp',
  'mysql',
  'redis',
  'vnc',
  'sip',
] as const
export type ServiceId = (typeof serviceIds)[number]

/** One service that a decoy pretends to be. */
export interface Service {
  readonly id: ServiceId
  readonly title: string
  /** Ports it usually has. */
  readonly ports: readonly number[]
  readonly transports: readonly ('tcp' | 'udp')[]
  open(talk: Talk): Conversation
  /** Whether the first bytes on a port of no service are its client's. Absent where the server speaks first. */
  claims?(head: Buffer): boolean
}
