import type { ListColumns } from './format/format.ts'
import type { IntelMeaning } from './intel.ts'
import type { JsonServiceOptions } from './online/json-service.ts'

/** What `intel:` of the configuration says. Secrets stand in files, which are named here. */
export interface IntelSettings {
  /** Where fetched lists and the answers of services are kept. */
  readonly directory: string | null
  readonly lists: Readonly<Record<string, ListSettings>>
  /** MMDB files. */
  readonly databases: readonly string[]
  /** Days in which confidence halves, by what entries mean; see `confidence.ts`. */
  readonly halfLife: Readonly<Partial<Record<IntelMeaning, number>>>
  /** false: names are not asked for. true: by the system's resolver. Text: by this one, `192.0.2.53` or `192.0.2.53:5353`. */
  readonly reverseDns: boolean | string
  readonly services: Readonly<Record<string, ServiceSettings>>
}

/** One list: exactly one of path, url and taxii is not null. */
export interface ListSettings {
  /** A file, or a directory of which every file is a list. */
  readonly path: string | null
  readonly url: string | null
  readonly taxii: TaxiiSettings | null
  readonly auth: AuthSettings | null
  /** Null: as the format tells. */
  readonly means: IntelMeaning | null
  /** Of entries that tell none. */
  readonly confidence: number
  /** Null: by what the entries mean. */
  readonly halfLife: number | null
  /** Whom all entries belong to, by name or ATT&CK id. */
  readonly actor: string | null
  /** Null: recognised. */
  readonly format: string | null
  readonly columns: ListColumns
}

/** A collection of a TAXII 2.1 server. */
export interface TaxiiSettings {
  /** The server's discovery URL, or that of an API root. */
  readonly server: string
  /** The collection's id, alias or title. */
  readonly collection: string
}

export type AuthSettings =
  | { readonly user: string; readonly passwordFile: string }
  | { readonly tokenFile: string }
  | { readonly header: string; readonly keyFile: string }

interface ServiceLimits {
  /** Requests an hour in the long run, and how many may go at once. */
  readonly perHour: number
  readonly burst: number
  /** Seconds. */
  readonly timeout: number
  /** Hours for which an answer is kept. */
  readonly keep: number
}

export interface GreyNoiseSettings extends ServiceLimits {
  readonly kind: 'greynoise'
  /** Null: the service's own. */
  readonly url: string | null
  readonly keyFile: string | null
}

export interface AbuseIpdbSettings extends ServiceLimits {
  readonly kind: 'abuseipdb'
  readonly url: string | null
  readonly keyFile: string
}

/** Any service that answers GET with JSON: `online/json-service.ts` says what each is. */
export interface JsonServiceSettings extends ServiceLimits, JsonServiceOptions {
  readonly kind: 'json'
  readonly keyFile: string | null
}

export type ServiceSettings = GreyNoiseSettings | AbuseIpdbSettings | JsonServiceSettings
