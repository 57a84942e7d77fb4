import { Problem } from '../base/problem.ts'
import { nearest } from './nearest.ts'

/** @throws Problem `no-such-format`, with the id that was probably meant */
export async function checkFormat(id: string | undefined): Promise<string | undefined> {
  if (id === undefined) return undefined
  const { formats } = await import('../format/registry.ts')
  if (formats.some((format) => format.id === id)) return id
  const meant = nearest(
    id,
    formats.map((format) => format.id),
  )
  const hint = `${meant ? `Did you mean ${meant}? ` : ''}\`sweepwatch formats\` lists them all.`
  throw new Problem('no-such-format', `there is no format ${id}`, { hint })
}
