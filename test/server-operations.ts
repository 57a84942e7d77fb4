import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Role } from '../src/account/role.ts'
import { openApiDocument } from '../src/server/openapi.ts'
import { routeGroups } from '../src/server/route/registry.ts'

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema, as the document holds it
export type Schema = any

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly schema: Schema
}

/** One operation as the document describes it: the tests know of the API what a client knows. */
export interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly role: Role | 'anyone'
  readonly parameters: readonly Parameter[]
  /** Undefined where it takes none; null where its bytes are of any kind. */
  readonly body: Schema | null | undefined
  /** By media type, of a success. */
  readonly responses: Readonly<Record<string, Schema>>
}

export const document = JSON.parse(JSON.stringify(openApiDocument(routeGroups, '0.0.0')))

export const operations: readonly Operation[] = Object.entries<Schema>(document.paths).flatMap(([path, item]) =>
  Object.entries<Schema>(item).map(([method, spec]) => ({
    id: spec.operationId,
    method: method.toUpperCase(),
    path,
    role: spec['x-role'],
    parameters: spec.parameters,
    body: spec.requestBody === undefined ? undefined : (spec.requestBody.content['application/json']?.schema ?? null),
    responses: Object.fromEntries(
      Object.entries<Schema>(spec.responses[200].content).map(([type, { schema }]) => [type.split(';')[0], schema]),
    ),
  })),
)

const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true })
formats.default(ajv)
ajv.addFormat('base64', /^[A-Za-z0-9+/]*={0,2}$/)
ajv.addSchema({ $id: 'api', ...document }, 'api')
const compiled = new Map<Schema, ValidateFunction>()

/** What is wrong with a value, or undefined. */
export function misfit(schema: Schema, value: unknown): string | undefined {
  const validate = compiled.get(schema) ?? ajv.compile(inside(schema))
  compiled.set(schema, validate)
  return validate(value) ? undefined : ajv.errorsText(validate.errors)
}

/** References of a part are to the whole document. */
function inside(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/components/', '"$ref":"api#/components/'))
}

export const problemSchema: Schema = document.components.schemas.Problem
