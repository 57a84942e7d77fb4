import type { Severity } from '../detect/finding.ts'

/** What `notify:` of the configuration says. Secrets stand in files, which are named here. */
export interface NotifySettings {
  /** Seconds in which cases are gathered into one message a channel. */
  readonly group: number
  /** Less severe cases are not told. */
  readonly minimum: Severity
  /** Messages an hour and channel in the long run, and how many may go at once. */
  readonly perHour: number
  readonly burst: number
  /** After so many attempts a message is given up. */
  readonly attempts: number
  /** Where a person can look at a case; `{id}` stands for its id. */
  readonly link: string | null
  readonly channels: Readonly<Record<string, ChannelSettings>>
}

export type ChannelSettings = WebhookSettings | EmailSettings | SyslogSettings

export interface WebhookSettings {
  readonly kind: 'webhook'
  readonly url: string
  readonly secretFile: string
  /** PEM file of the authorities that are trusted instead of the system's. */
  readonly ca: string | null
}

export interface EmailSettings {
  readonly kind: 'email'
  readonly host: string
  readonly port: number
  /** TLS from the start, after STARTTLS (which is then required), or none. */
  readonly tls: 'implicit' | 'starttls' | 'none'
  readonly user: string | null
  readonly passwordFile: string | null
  readonly ca: string | null
  readonly from: string
  readonly to: readonly string[]
}

export interface SyslogSettings {
  readonly kind: 'syslog'
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly host: string
  readonly port: number
  readonly ca: string | null
}
