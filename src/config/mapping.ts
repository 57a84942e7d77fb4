import { z } from 'zod'
import { mappingErrors } from '../format/mapping/check.ts'
import type { Mapping } from '../format/mapping/spec.ts'
import { formatIds } from '../format/registry.ts'

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

const id = /^[a-z][a-z0-9-]{0,39}$/

/** `formats:` of the configuration, as a list of mappings. */
export const mappings = z.record(z.string(), mapping).transform((formats, context): readonly Mapping[] =>
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
  return id.test(name) ? [] : ['a name is made of small letters, digits and hyphens']
}
