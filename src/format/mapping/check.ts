import { zoneOf } from '../../base/zone.ts'
import { type ColumnSpec, type Mapping, mappable, wordColumns } from './spec.ts'
import { patternError } from './time-pattern.ts'

const timeFormats = ['auto', 'iso', 'epoch', 'epoch-ms', 'epoch-us', 'epoch-ns']
const mostColumns = 256

/** Everything that is wrong with a mapping, each with the column it is about. */
export function mappingErrors(mapping: Mapping): readonly string[] {
  const errors = [...shapeErrors(mapping), ...missing(mapping)]
  for (const [name, spec] of Object.entries(mapping.columns)) {
    errors.push(...columnErrors(mapping, name, spec).map((error) => `${name}: ${error}`))
  }
  return errors
}

function shapeErrors({ lines, delimiter, header, pattern, skip, match }: Mapping): string[] {
  const errors: string[] = []
  if (lines !== 'csv' && delimiter !== undefined) errors.push('delimiter: only lines: csv have one')
  if (lines !== 'csv' && header !== undefined) errors.push('header: only lines: csv have one')
  if (lines === 'regex' && pattern === undefined) errors.push('pattern: is needed for lines: regex')
  if (lines !== 'regex' && pattern !== undefined) errors.push('pattern: only lines: regex have one')
  if (delimiter !== undefined && (delimiter.length !== 1 || delimiter.charCodeAt(0) > 126)) {
    errors.push(`delimiter: ${JSON.stringify(delimiter)} is not one ASCII character (a tab is written "\\t")`)
  }
  for (const [key, text] of Object.entries({ pattern, skip, 'match.firstLine': match?.firstLine })) {
    const error = text === undefined ? '' : expressionError(text)
    if (error !== '') errors.push(`${key}: ${error}`)
  }
  return errors
}

function expressionError(text: string): string {
  try {
    new RegExp(text)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

/** What a record must tell to be of use. */
function missing({ columns }: Mapping): string[] {
  const kind = columns['kind']?.value ?? 'contact'
  const hasKinds = columns['kind']?.from !== undefined
  const needed = kind === 'contact' && !hasKinds ? ['time', 'src', 'dst', 'protocol'] : ['time']
  const errors = needed
    .filter((name) => columns[name] === undefined)
    .map((name) => `${name}: is needed${name === 'protocol' ? ' (the same for all: protocol: {value: tcp})' : ''}`)
  if (columns['src'] === undefined && columns['dst'] === undefined && !needed.includes('src')) {
    errors.push('src: either src or dst is needed')
  }
  return errors
}

function columnErrors(mapping: Mapping, name: string, spec: ColumnSpec): string[] {
  if (!mappable.includes(name)) return [`there is no such column; there are ${mappable.join(', ')}`]
  const errors: string[] = []
  if ((spec.from === undefined) === (spec.value === undefined)) errors.push('give either from or value')
  if (spec.from !== undefined) errors.push(...fromErrors(mapping, spec.from))
  if (name !== 'time' && (spec.format ?? spec.zone) !== undefined) errors.push('only time has a format and a zone')
  if (name === 'time') errors.push(...timeErrors(spec))
  errors.push(...wordErrors(name, spec))
  return errors
}

function fromErrors({ lines, pattern, header }: Mapping, from: string | number): string[] {
  if (typeof from === 'number') {
    if (lines !== 'csv') return ['only columns of lines: csv have numbers']
    return from >= 1 && from <= mostColumns ? [] : [`column ${from} is not from 1 to ${mostColumns}`]
  }
  if (lines === 'csv' && header === false)
    return [`${JSON.stringify(from)} is a name, but header: false says there are none`]
  if (lines === 'regex' && pattern !== undefined && !pattern.includes(`(?<${from}>`)) {
    return [`the pattern has no group (?<${from}>…)`]
  }
  return from === '' ? ['from is empty'] : []
}

function timeErrors({ format, zone, value }: ColumnSpec): string[] {
  const errors: string[] = []
  if (value !== undefined) errors.push('cannot be the same for all records')
  if (format !== undefined && !timeFormats.includes(format)) {
    const error = format.includes('%')
      ? patternError(format)
      : `is none of ${timeFormats.join(', ')}, nor a pattern with %`
    if (error !== '') errors.push(`the format ${JSON.stringify(format)} ${error}`)
  }
  if (zone !== undefined && !zoneOf(zone))
    errors.push(`there is no zone ${JSON.stringify(zone)} (write UTC, +02:00 or Europe/Berlin)`)
  return errors
}

function wordErrors(name: string, { value, values }: ColumnSpec): string[] {
  const words = wordColumns[name]
  if (values !== undefined && words === undefined && name !== 'protocol' && name !== 'severity')
    return ['has no words to translate']
  if (words === undefined) return []
  const told = [...(value === undefined ? [] : [value]), ...Object.values(values ?? {})]
  return told
    .filter((word) => words[word] === undefined)
    .map((word) => `${JSON.stringify(word)} is none of ${Object.keys(words).join(', ')}`)
}
