import { join } from 'node:path'
import { secretOf } from '../../base/http/secret.ts'
import type { EntryAbout } from '../list/entry.ts'
import type { ServiceSettings } from '../settings.ts'
import { AskedService } from './asked-service.ts'
import { KeptAnswers } from './kept-answers.ts'
import { Pace } from './pace.ts'
import { serviceOf } from './registry.ts'

export interface OnlineOptions {
  readonly services: Readonly<Record<string, ServiceSettings>>
  /** Where the answers are kept, in `answers/`; null: they are forgotten with the process. */
  readonly directory: string | null
  /** Milliseconds. */
  readonly now: () => number
}

/** What services say of one address. */
export interface OnlineAnswers {
  readonly said: readonly { readonly service: string; readonly about: EntryAbout; readonly reference: string }[]
  /** A line a service: what it said, or why it could not be asked. */
  readonly looked: readonly string[]
}

export interface Online {
  /**
   * Asks every service, each one question at a time. Never rejects.
   * @param mayAsk whether the address is public and not ours: others are told to nobody
   */
  about(address: string, mayAsk: boolean): Promise<OnlineAnswers>
}

/** @throws Problem `intel` for a key that cannot be read, or a service that is not wholly described */
export async function openOnline({ services, directory, now }: OnlineOptions): Promise<Online> {
  const opened = await Promise.all(
    Object.entries(services).map(async ([name, settings]) => {
      const service = serviceOf(name, settings)
      const key = settings.keyFile === null ? null : await secretOf(settings.keyFile, 'intel')
      const pace = new Pace(settings.perHour, settings.burst)
      const kept = await KeptAnswers.open(answersFile(directory, name), pace, now())
      return { name, service, asked: new AskedService({ name, settings, service, key, pace, kept, now }) }
    }),
  )
  return {
    async about(address, mayAsk) {
      if (!mayAsk)
        return { said: [], looked: opened.map(({ name }) => `${name}: not asked, only public addresses of others are`) }
      const answers = await Promise.all(opened.map(({ asked }) => asked.ask(address)))
      return {
        said: answers.flatMap(({ answer }, k) => {
          const { name, service } = opened[k]!
          return answer?.about
            ? [{ service: name, about: answer.about, reference: service.request(address, null).url }]
            : []
        }),
        looked: answers.map(({ looked }) => looked),
      }
    },
  }
}

/** What could lead out of the folder is not taken into a file's name. */
function answersFile(directory: string | null, name: string): string | null {
  return directory === null
    ? null
    : join(directory, 'answers', `${name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64)}.jsonl`)
}
