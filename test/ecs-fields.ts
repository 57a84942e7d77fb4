import { isIP } from 'node:net'
import type { Json } from './export-options.ts'

/** What is wrong with a document by the flat list of fields, one line an error. */
export function ecsErrors(document: Json, fields: Json): string[] {
  const errors: string[] = []
  const isOf: Readonly<Record<string, (value: Json) => boolean>> = {
    keyword: (value) => typeof value === 'string' && [...value].length <= 1024,
    constant_keyword: (value) => typeof value === 'string',
    wildcard: (value) => typeof value === 'string',
    match_only_text: (value) => typeof value === 'string',
    ip: (value) => isIP(value) > 0,
    date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
    long: (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 63,
    float: (value) => typeof value === 'number' && Number.isFinite(value),
    boolean: (value) => typeof value === 'boolean',
  }
  const walk = (value: Json, path: string): void => {
    const field = fields[path]
    if (field?.type === 'object' && field.object_type === 'keyword') {
      for (const [name, label] of Object.entries(value))
        if (typeof label !== 'string' || name.includes('.')) errors.push(`${path}.${name}: no keyword`)
    } else if (field) checkField(value, path, field)
    else if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [name, member] of Object.entries(value)) walk(member, path === '' ? name : `${path}.${name}`)
    } else errors.push(`${path}: no field of ECS`)
  }
  function checkField(value: Json, path: string, field: Json): void {
    const isList = field.normalize.includes('array')
    if (isList !== Array.isArray(value)) errors.push(`${path}: ${isList ? 'is a list' : 'is no list'}`)
    const allowed = field.allowed_values?.map((item: Json) => item.name) ?? field.expected_values
    for (const item of [value].flat()) {
      if (!isOf[field.type]?.(item)) errors.push(`${path}: ${JSON.stringify(item)} is no ${field.type}`)
      if (allowed && !allowed.includes(item)) errors.push(`${path}: ${item} is not allowed`)
    }
  }
  walk(document, '')
  for (const [path, field] of Object.entries(fields) as [string, Json][]) {
    if (field.required && path.split('.').reduce((at, name) => at?.[name], document) === undefined)
      errors.push(`${path}: required`)
  }
  const categories = fields['event.category'].allowed_values.filter((item: Json) =>
    document.event?.category?.includes(item.name),
  )
  const types = new Set(categories.flatMap((item: Json) => item.expected_event_types))
  for (const type of document.event?.type ?? [])
    if (!types.has(type)) errors.push(`event.type: ${type} is not expected of the categories`)
  return errors
}
