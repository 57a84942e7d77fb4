import type { Role } from '../../account/role.ts'
import type { CommandAbout } from '../../server/cli/protocol.ts'
import type { Invocation } from '../command.ts'
import { commands } from '../registry.ts'

/** A command that a service runs for others. */
interface Remote {
  /** The role that it needs; by action where it has some. */
  readonly role: Role | Readonly<Record<string, Role>>
  /** What is done where no action is named. */
  readonly usual?: string
  /** Actions that touch files, or the machine itself. */
  readonly refused?: Readonly<Record<string, string>>
  /** What it needs beyond that of its action, by how it is asked. */
  readonly more?: (invocation: Invocation) => Role | undefined
  /** Words behind the action that are names of files, or all words: none are taken. */
  readonly filesAfter?: readonly string[]
}

const reads = 'viewer' as const
const works = 'analyst' as const
const decides = 'responder' as const

/** What works over HTTP, and for whom. What is not here does not. */
export const remoteCommands: Readonly<Record<string, Remote>> = {
  cases: { role: reads },
  case: {
    role: {
      ...{ show: reads, timeline: reads, export: reads },
      ...{ note: works, assign: works, escalate: works, close: works, reopen: works, merge: works },
    },
    refused: {
      pack: 'it writes a folder on the machine where it runs',
      capture: 'it records packets on the machine where it runs',
    },
  },
  decide: { role: reads },
  watchlist: { role: { list: reads, hosts: reads, changes: reads, add: works, remove: works }, usual: 'list' },
  plan: {
    role: {
      ...{ list: reads, show: reads, export: reads, propose: works },
      ...{ approve: decides, reject: decides, revoke: decides, reapply: decides },
    },
    usual: 'list',
    refused: { prove: 'it reads captures on the machine where it runs' },
  },
  ledger: { role: { list: reads, verify: reads }, usual: 'list' },
  targets: { role: reads },
  handover: { role: reads },
  // What is asked may be asked of services outside, which count it.
  intel: { role: { list: reads, about: works, fetch: works, example: reads } },
  notify: { role: works },
  allow: {
    role: { list: reads, check: reads, test: reads, add: works },
    filesAfter: ['check', 'add'],
  },
  assets: { role: { list: reads, find: reads, check: reads }, filesAfter: ['check'] },
  archive: {
    role: { status: reads },
    refused: {
      add: 'it reads logs on the machine where it runs',
      prune: 'it deletes files of the service',
      verify: 'it moves files of the service',
    },
  },
  hunt: { role: reads, more: ({ text }) => (text('sql') === undefined ? undefined : works) },
  review: { role: works, filesAfter: [''] },
  sensors: { role: reads, filesAfter: [''] },
  formats: { role: reads },
  explain: { role: reads },
}

/** Options that name what the service decides itself: whose word it is, and what is ours. */
export const fixedOptions: Readonly<Record<string, string>> = {
  author: 'your account is the author',
  net: 'the service knows our networks from its configuration',
  interface: 'it names an interface of the machine where it runs',
}

export function remoteList(): readonly CommandAbout[] {
  return commands.flatMap(({ id, about }) => {
    const remote = remoteCommands[id]
    if (remote === undefined) return []
    const { role, refused = {} } = remote
    return [{ command: id, about, roles: typeof role === 'string' ? { '': role } : role, refused }]
  })
}
