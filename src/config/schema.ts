import { z } from 'zod'
import { parsePrefix } from '../base/prefix.ts'
import { mappings } from './mapping.ts'

const network = z.string().refine((text) => parsePrefix(text) !== undefined, {
  error: (issue) => `${JSON.stringify(issue.input)} is no network (write 192.0.2.0/24 or 2001:db8::/32)`,
})

const config = z.strictObject({
  /** Our address space. */
  networks: z.array(network).min(1, 'give at least one network, or leave the line out').optional(),
  /** What `sweepwatch watch` follows: paths and listeners, as on its command line. */
  sources: z.array(z.string().min(1)).min(1, 'give at least one source, or leave the line out').optional(),
  /** Formats of one's own, by name. */
  formats: mappings.optional(),
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
