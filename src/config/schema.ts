import { mappingErrors } from '../format/mapping/check.ts'
import type { Mapping } from '../format/mapping/spec.ts'
import { formatIds } from '../format/registry.ts'
import { allowSection } from './allow.ts'
import { archiveSection } from './archive.ts'
import { assetsSection } from './assets.ts'
import { captureSection } from './capture.ts'
import { decisions, organisation } from './cases.ts'
import { decoySection } from './decoy.ts'
import { intelSection } from './intel.ts'
import { network } from './network.ts'
import { notify } from './notify.ts'
import { respondSection } from './respond.ts'
import { serveSection } from './serve.ts'
import { watchSection } from './watch.ts'
import { z } from './zod.ts'

const text = z.string().min(1, 'is empty')
const source = z.union([text, z.int()], { error: 'write the name or number of a column, or {from: …, …}' })
const word = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const column = z.union(
  [
    source.transform((from) => ({ from })),
    z.strictObject({
      from: source.optional(),
      value: word.optional(),
      format: text.optional(),
      zone: text.optional(),
      values: z.record(z.string(), word).optional(),
    }),
  ],
  { error: 'write the name or number of a column, or {from: …, value: …, format: …, zone: …, values: …}' },
)

const mapping = z.strictObject({
  title: text.optional(),
  lines: z.enum(['csv', 'json', 'regex'], { error: 'is one of csv, json, regex' }),
  delimiter: text.optional(),
  header: z.boolean().optional(),
  pattern: text.optional(),
  skip: text.optional(),
  match: z.strictObject({ firstLine: text.optional(), file: text.optional() }).optional(),
  columns: z.record(z.string(), column),
})

const formatId = /^[a-z][a-z0-9-]{0,39}$/

/** `formats:` of the configuration, as a list of mappings. */
const mappings = z.record(z.string(), mapping).transform((formats, context): readonly Mapping[] =>
  Object.entries(formats).map(([name, described]) => {
    const made = { id: name, ...described } as Mapping
    for (const error of [...nameErrors(name), ...mappingErrors(made)]) {
      context.addIssue({ code: 'custom', message: error, path: [name] })
    }
    return made
  }),
)

function nameErrors(name: string): readonly string[] {
  if (formatIds.includes(name)) return ['a format of this name is built in']
  return formatId.test(name) ? [] : ['a name is made of small letters, digits and hyphens']
}

const config = z.strictObject({
  /** Our address space. */
  networks: z.array(network).min(1, 'give at least one network, or leave the line out').optional(),
  /** What `sweepwatch watch` follows: paths and listeners, as on its command line. */
  sources: z.array(z.string().min(1)).min(1, 'give at least one source, or leave the line out').optional(),
  /** Formats of one's own, by name. */
  formats: mappings.optional(),
  /** Where cases and what is known are kept, for commands that are given no --state. */
  state: text.optional(),
  organisation: organisation.optional(),
  decisions: decisions.optional(),
  /** Who is told of escalated cases. */
  notify: notify.optional(),
  /** What is known of addresses outside. */
  intel: intelSection.optional(),
  /** What is ours, whose it is, and what is known of weaknesses. */
  assets: assetsSection.optional(),
  /** Who may scan what, when. */
  allow: allowSection.optional(),
  /** Where events are kept, and for how long. */
  archive: archiveSection.optional(),
  /** Where packets are kept, and how they are captured for a case. */
  capture: captureSection.optional(),
  /** What decoys pretend to be. */
  decoy: decoySection.optional(),
  /** Where sources are contained, who approves, and what must never be. */
  respond: respondSection.optional(),
  /** How the service is reached, and how people sign in. */
  serve: serveSection.optional(),
  /** How long touched hosts and the sources of cases that are over are watched. */
  watch: watchSection.optional(),
})

export type Config = z.infer<typeof config>

/** The keys sweepwatch.yaml may have, for "did you mean". */
export const configKeys: readonly string[] = Object.keys(config.shape)

/** What is wrong with a parsed file, one line an error; or the configuration. */
export function checkConfig(value: unknown): { config: Config } | { errors: readonly string[] } {
  const result = config.safeParse(value ?? {})
  if (result.success) return { config: result.data }
  return { errors: result.error.issues.map((issue) => `${place(issue.path)}${issue.message}`) }
}

function place(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `
}
