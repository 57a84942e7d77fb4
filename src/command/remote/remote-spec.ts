import { mayAct, type Role } from '../../account/role.ts'
import { isInScope, scopeFor } from '../../account/scope.ts'
import { Problem } from '../../base/problem.ts'
import type { AskedCommand } from '../../server/cli/protocol.ts'
import type { CommandSpec, Invocation, OptionSpec } from '../command.ts'
import { commands } from '../registry.ts'
import { fixedOptions, remoteCommands } from './allowed.ts'

/** What the service gives a command that somebody asks of it. */
export interface RemoteSite {
  readonly actor: AskedCommand['actor']
  readonly state: string
  readonly config: string | undefined
  readonly allow: readonly string[]
  /** Called when the command may run, before it does anything. */
  readonly began: () => Promise<void>
}

type Remote = (typeof remoteCommands)[string]

/** The commands as the service runs them for others: with its own state and configuration, and no other file of its machine. */
export function remoteSpecs(site: RemoteSite): readonly CommandSpec[] {
  return commands.flatMap((spec) => {
    const remote = remoteCommands[spec.id]
    return remote === undefined ? [] : [remoteSpec(spec, remote, site)]
  })
}

/** @throws Problem `not-remote` of what does not work, `not-allowed` where the role is not enough */
function remoteSpec(spec: CommandSpec, remote: Remote, site: RemoteSite): CommandSpec {
  return {
    ...spec,
    async run(invocation) {
      const needed = roleOf(spec, remote, invocation)
      for (const option of spec.options) refuseOption(option, invocation)
      refuseFiles(spec, remote, invocation)
      mustMay(site.actor, needed)
      await site.began()
      return spec.run(served(invocation, site))
    },
  }
}

/** As the gate decides of an operation, here of an action: what only reads needs the role viewer. */
function mustMay({ role, scopes }: RemoteSite['actor'], needed: Role): void {
  if (!mayAct(role, needed)) {
    throw new Problem('not-allowed', `this needs the role ${needed}; you have ${role}`, {
      hint: 'An admin can give you another role.',
    })
  }
  const scope = scopeFor(needed, needed === 'viewer')
  if (scopes === undefined || isInScope(scopes, scope)) return
  throw new Problem('not-allowed', `this needs the scope ${scope}; the token has ${scopes.join(', ')}`)
}

function roleOf({ id }: CommandSpec, { role, usual, refused = {}, more }: Remote, invocation: Invocation): Role {
  const wanted = more?.(invocation)
  if (wanted !== undefined) return wanted
  if (typeof role === 'string') return role
  const action = invocation.words[0] ?? usual ?? ''
  const needed = Object.hasOwn(role, action) ? role[action] : undefined
  if (needed !== undefined) return needed
  const why = Object.hasOwn(refused, action) ? `: ${refused[action]}` : ''
  throw new Problem('not-remote', `${id} ${action} does not work over --server${why}`, {
    hint: `What does: ${Object.keys(role).join(', ')}.`,
  })
}

function refuseOption({ flags, completes }: OptionSpec, invocation: Invocation): void {
  const name = /--([a-z-]+)/.exec(flags)?.[1] ?? ''
  const why =
    fixedOptions[name] ??
    (completes === 'file' || completes === 'directory'
      ? 'it names a file of the machine where the service runs'
      : undefined)
  if (why === undefined || !isGiven(name, invocation)) return
  throw new Problem('not-remote', `--${name} does not work over --server: ${why}`)
}

function isGiven(name: string, { text, list }: Invocation): boolean {
  return text(name) !== undefined || list(name).length > 0
}

function refuseFiles({ id }: CommandSpec, { filesAfter = [] }: Remote, { words }: Invocation): void {
  const [action = ''] = words
  const files = filesAfter.includes('') ? words : filesAfter.includes(action) ? words.slice(1) : []
  if (files.length === 0) return
  throw new Problem('not-remote', `${id}: ${files[0]} would be a file of the machine where the service runs`, {
    hint: 'Over --server it works without.',
  })
}

function served(invocation: Invocation, { state, config, allow }: RemoteSite): Invocation {
  const texts: Readonly<Record<string, string | undefined>> = { state, config }
  return {
    ...invocation,
    text: (option) => (Object.hasOwn(texts, option) ? texts[option] : invocation.text(option)),
    list: (option) => (option === 'allow' ? allow : invocation.list(option)),
  }
}
