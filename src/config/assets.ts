import { network } from './network.ts'
import { z } from './zod.ts'

const text = z.string().min(1, 'is empty')

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
