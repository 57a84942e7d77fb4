import { parsePrefix } from '../base/prefix.ts'
import { z } from './zod.ts'

const text = z.string().min(1, 'is empty')
const network = z.string().refine((word) => parsePrefix(word) !== undefined, {
  error: (issue) => `${JSON.stringify(issue.input)} is no network (write 192.0.2.0/24 or 2001:db8::/32)`,
})

const partner = z.strictObject({
  name: text,
  networks: z.array(network).min(1, 'give at least one network'),
  contact: text.nullable().default(null),
})

/** `assets:` of the configuration. */
export const assetsSection = z.strictObject({
  /** Files of what is ours: networks, hosts, owners, criticality, roles (CSV, YAML, JSON). */
  inventory: z.union([text.transform((file) => [file]), z.array(text)]).default([]),
  partners: z.array(partner).default([]),
  /** CISA's catalogue of exploited vulnerabilities: known_exploited_vulnerabilities.json. */
  kev: text.optional(),
  /** FIRST's scores: epss_scores-DATE.csv or .csv.gz. */
  epss: text.optional(),
})
