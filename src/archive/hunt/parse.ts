import { Problem } from '../../base/problem.ts'
import { type Hunt, type HuntParameter, type HuntParameterType, parameterTypes } from './hunt.ts'

const header = /^-- (title|question|requirement|lookback|window|needs|note): (.+)$/
const parameter = /^-- param ([a-z][a-z0-9_]*) ([a-z]+)(?: = (\S+))?: (.+)$/
const days = /^(\d{1,4}) days?$/

/**
 * Reads a file of `hunts/`: comment lines with the header, then SQL.
 * @throws Problem `bad-hunt` that says which line is wrong
 */
export function parseHunt(id: string, text: string): Hunt {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('--'))
  const fields = new Map<string, string>()
  const parameters: HuntParameter[] = []
  for (const line of lines.slice(0, end)) {
    const [, name, value] = header.exec(line) ?? []
    const found = parameter.exec(line)
    if (name !== undefined && value !== undefined) fields.set(name, [fields.get(name), value].filter(Boolean).join(' '))
    else if (found !== null) parameters.push(parameterOf(id, found))
    else if (line.length > 2) throw bad(id, `the line ${JSON.stringify(line)} is no part of a header`)
  }
  const given = (name: string) => fields.get(name) ?? missing(id, name)
  return {
    id,
    title: given('title'),
    question: given('question'),
    requirement: given('requirement'),
    lookback: daysOf(id, fields.get('lookback')) ?? 0,
    window: daysOf(id, fields.get('window')),
    note: fields.get('note') ?? '',
    needsNetworks: fields.get('needs') === 'networks',
    parameters,
    sql: lines.slice(end).join('\n').trim().replace(/;$/, ''),
  }
}

function parameterOf(id: string, [, name = '', type, fallback, about = '']: RegExpExecArray): HuntParameter {
  if (!(parameterTypes as readonly (string | undefined)[]).includes(type)) {
    throw bad(id, `there is no type ${type}; there are ${parameterTypes.join(', ')}`)
  }
  return { name, type: type as HuntParameterType, fallback, about }
}

function daysOf(id: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const found = days.exec(text)
  if (found === null) throw bad(id, `${JSON.stringify(text)} are no days; write 30 days`)
  return Number(found[1])
}

function missing(id: string, name: string): never {
  throw bad(id, `its header has no ${name}`)
}

function bad(id: string, why: string): Problem {
  return new Problem('bad-hunt', `the hunt ${id} cannot be used: ${why}`)
}
