import { diskFree } from '../metrics/disk.ts'
import { ProblemWithIssues } from '../problem-reply.ts'
import type { Site } from '../site.ts'

/** Bytes: with less the store cannot be relied on to take what comes. */
const leastFree = 200e6

export type Check = 'ok' | 'off'

/**
 * Whether the service can do its work: what a load balancer or a monitor asks. Anyone may, so it names what fails and not why.
 * @throws Problem `unavailable`, with an issue for each check that failed
 */
export async function ready(site: Site): Promise<{ database: Check; engine: Check; disk: Check }> {
  const failed: { at: string; message: string }[] = []
  const fail = (at: string, message: string) => void failed.push({ at, message })
  try {
    site.cases.database.prepare('SELECT 1 FROM case_view LIMIT 1').get()
  } catch {
    fail('database', 'it does not answer')
  }
  const engine = site.engine.state
  if (engine.state === 'waiting') fail('engine', `it ended, and is started again at ${engine.until}`)
  const free = await diskFree(site.directory).catch(() => undefined)
  if (free === undefined) fail('disk', 'the state directory is not there')
  else if (free < leastFree) fail('disk', `less than ${leastFree / 1e6} MB are free`)
  if (failed.length === 0) return { database: 'ok', engine: engine.state === 'off' ? 'off' : 'ok', disk: 'ok' }
  throw new ProblemWithIssues('unavailable', `not ready: ${failed.map(({ at }) => at).join(', ')}`, failed)
}
