import { Problem } from '../base/problem.ts'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { Formats } from '../format/formats.ts'
import type { Invocation } from './command.ts'
import { nearest } from './nearest.ts'

/** @throws Problem `no-such-format`, with the id that was probably meant */
export async function checkFormat(id: string | undefined, given?: Formats): Promise<string | undefined> {
  if (id === undefined) return undefined
  const formats = given ?? (await import('../format/formats.ts')).builtInFormats
  if (formats.byId(id)) return id
  const meant = nearest(id, formats.ids)
  const hint = `${meant ? `Did you mean ${meant}? ` : ''}\`sweepwatch formats\` lists them all.`
  throw new Problem('no-such-format', `there is no format ${id}`, { hint })
}

/** The formats of a run: those built in, and those that the configuration describes. */
export async function formatsOf(invocation: Invocation): Promise<Formats> {
  const { config } = await loadConfig(invocation.text('config'))
  return formatsFor(config)
}

/** The formats under a configuration. */
export async function formatsFor(config: Config): Promise<Formats> {
  const { Formats } = await import('../format/formats.ts')
  return new Formats(config.formats)
}
