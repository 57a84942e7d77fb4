import { readFile } from 'node:fs/promises'
import type { AllowEntry, AllowWindow } from '../asset/asset.ts'
import { Problem } from '../base/problem.ts'
import { readYaml } from '../base/yaml.ts'
import { z } from './zod.ts'

const mostBytes = 16 << 20

const text = (missing: string) => z.string({ error: missing })
const word = z.union([z.string(), z.int()], { error: 'write a text' }).transform(String)
/** One text or a list of them. */
const words = z.union([word.transform((only) => [only]), z.array(word)], { error: 'write a list' })

const window = z.strictObject({
  start: text('is missing: the first start, local time (2026-11-22T02:00)'),
  zone: z.string({ error: 'write a time zone: Europe/Berlin' }).default('UTC'),
  minutes: z.int({ error: 'is missing: how long each window is open, in minutes' }),
  rule: z.string().optional(),
})

const entry = z
  .strictObject({
    id: text('is missing: a short name of its own'),
    sources: words,
    targets: words.default([]),
    ports: words.default([]),
    methods: words.default([]),
    window: window.optional(),
    owner: text('is missing: who answers for this scan?'),
    ticket: word.optional(),
    reason: text('is missing: why is it expected?'),
    expires: text('is missing: until when does it hold? (2027-01-31)'),
  })
  .transform(
    ({ window: given, ticket, ...rest }): AllowEntry => ({
      ...rest,
      ticket: ticket ?? null,
      ...(given && { window: given as AllowWindow }),
    }),
  )

/** `allow:` of the configuration. What the fields mean is checked where the allowlist is opened. */
export const allowSection = z.array(entry, { error: 'write a list of entries' })

/**
 * Reads a file of allowlist entries, YAML or JSON: a list, or a list under `allow:` as in the configuration.
 * @throws Problem `allow` that names every error at once
 */
export async function loadAllowFile(file: string): Promise<readonly AllowEntry[]> {
  const content = await readFile(file).catch((cause: Error) => {
    throw new Problem('allow', `cannot read the allowlist ${file}: ${cause.message}`, { cause })
  })
  if (content.length > mostBytes) throw new Problem('allow', `the allowlist ${file} is larger than 16 MiB`)
  const read = await readYaml(content.toString())
  if ('error' in read) throw new Problem('allow', `${file} is not valid: ${read.error}`)
  const { value } = read
  const path = allowPath(value)
  const result = allowSection.safeParse(path.length === 0 ? (value ?? []) : (value as { allow: unknown }).allow)
  if (result.success) return result.data
  const lines = read.itemLines(path)
  const errors = result.error.issues.map(({ path: [item, ...field], message }) => {
    const line = typeof item === 'number' && lines[item] !== undefined ? `line ${lines[item]}: ` : ''
    return `${line}${field.length === 0 ? '' : `${field.map(String).join('.')}: `}${message}`
  })
  throw new Problem('allow', `${file} is not valid: ${errors.join('; ')}`, {
    hint: 'Every entry names sources, an owner, a reason and an expiry; docs/assets.md shows one.',
  })
}

/** Whether there is a list in a file, or what should be one. */
export function hasEntries(value: unknown): boolean {
  return Array.isArray(value) || (value !== null && typeof value === 'object' && 'allow' in value)
}

/** Where the list stands in a file: at the top, or under `allow`. */
export function allowPath(value: unknown): readonly string[] {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? ['allow'] : []
}
