import { join } from 'node:path'
import { Ajv } from 'ajv'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type Json, jsonFiles, schemas } from './export-options.ts'

/** What ajv says is wrong, one line an error. */
export type Check = (document: Json) => readonly string[]

function checkOf(validate: ValidateFunction): Check {
  return (document) =>
    validate(document) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}

function ajv(): Ajv2020 {
  const made = new Ajv2020({ strict: false, allErrors: true, unicodeRegExp: false })
  addFormats.default(made)
  made.addFormat('idn-hostname', true)
  return made
}

/** STIX 2.1: the bundle, and each object by the schema of its own type (the bundle's leaves some types out). */
export function stixCheck(): Check {
  const validator = ajv()
  const files = jsonFiles(join(schemas, 'stix', 'schemas'))
  for (const schema of files.values()) validator.addSchema(schema)
  const byType = new Map(
    [...files].map(([name, schema]) => [name.replace(/^.*\//, '').replace('.json', ''), schema.$id as string]),
  )
  const bundle = checkOf(validator.getSchema(byType.get('bundle') as string) as ValidateFunction)
  return (document) => [
    ...bundle(document),
    ...document.objects.flatMap((object: Json) => {
      const id = byType.get(object.type)
      if (id === undefined) return [`no schema for ${object.type}`]
      return checkOf(validator.getSchema(id) as ValidateFunction)(object).map((error) => `${object.id} ${error}`)
    }),
  ]
}

/**
 * CACAO 2.0. The published schemas call themselves draft-07 but forbid unknown members with a word of 2020-12,
 * `unevaluatedProperties`. Read as 2020-12 they contradict themselves in one place: the items of `commands` are `command-data`
 * alone, so that no command may have its `command`. Here the items are one of the published kinds of command, and `command-data`,
 * which those extend, leaves it to them to forbid what is unknown. Everything else stands as published.
 */
export function cacaoCheck(): Check {
  const validator = ajv()
  const base = 'https://raw.githubusercontent.com/oasis-open/cacao-json-schemas/main/schemas/'
  for (const [name, schema] of jsonFiles(join(schemas, 'cacao', 'schemas'))) {
    const { $schema: _, ...kept } = schema
    if (name === 'commands/command-data.json') delete kept.unevaluatedProperties
    if (name === 'workflows/action.json') {
      const kinds = ['manual', 'openc2-http']
      kept.allOf[1].properties.commands.items = { oneOf: kinds.map((kind) => ({ $ref: `../commands/${kind}.json` })) }
    }
    validator.addSchema(kept)
  }
  return checkOf(validator.getSchema(`${base}playbook.json`) as ValidateFunction)
}

/** The same schemas with nothing changed, as the draft they name; `unevaluatedProperties` says nothing there. */
export function cacaoAsPublished(): Check {
  const validator = new Ajv({ strict: false, allErrors: true })
  const base = 'https://raw.githubusercontent.com/oasis-open/cacao-json-schemas/main/schemas/'
  for (const schema of jsonFiles(join(schemas, 'cacao', 'schemas')).values()) validator.addSchema(schema)
  return checkOf(validator.getSchema(`${base}playbook.json`) as ValidateFunction)
}
