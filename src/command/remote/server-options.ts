import { Problem } from '../../base/problem.ts'
import { remoteCommands } from './allowed.ts'

/** The service that is to run a command. */
export interface Server {
  readonly url: URL
  readonly tokenFile: string
  /** PEM of the authorities that are trusted instead of the system's. */
  readonly ca: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const names = ['server', 'token-file', 'ca'] as const
type Name = (typeof names)[number]

/**
 * What stands before the command, else in SWEEPWATCH_SERVER, SWEEPWATCH_TOKEN_FILE and SWEEPWATCH_CA. A command that only works on this
 * machine is run here where the environment alone names a service.
 *
 * @returns the words without those options; no server where the command is run here
 * @throws Problem `usage`
 */
export function serverOf(
  words: readonly string[],
  environment: Environment,
): { readonly server: Server | undefined; readonly rest: readonly string[] } {
  const { given, rest } = leading(words)
  const url = given.get('server') ?? (environment['SWEEPWATCH_SERVER'] || undefined)
  const isHelp = rest.length === 0 || rest[0] === 'help' || rest.some((word) => /^(--help|-h|--version|-V)$/.test(word))
  if (url === undefined) {
    if (given.size === 0) return { server: undefined, rest }
    throw new Problem('usage', `--${[...given.keys()][0]} without --server`, { hint: 'Give --server URL as well.' })
  }
  const command = rest.find((word) => word !== '--no-color') ?? ''
  if (isHelp) return { server: undefined, rest }
  if (!Object.hasOwn(remoteCommands, command)) {
    if (!given.has('server')) return { server: undefined, rest }
    throw new Problem('usage', `${command} does not work against a service`, {
      hint: `What does: ${Object.keys(remoteCommands).join(', ')}.`,
    })
  }
  const tokenFile = given.get('token-file') ?? (environment['SWEEPWATCH_TOKEN_FILE'] || undefined)
  if (tokenFile === undefined) {
    throw new Problem('usage', 'no token for the service', {
      hint: 'An admin makes one with `sweepwatch account token` on its machine; write it into a file that only you can read, and give --token-file FILE or SWEEPWATCH_TOKEN_FILE.',
    })
  }
  return {
    server: { url: urlOf(url), tokenFile, ca: given.get('ca') ?? (environment['SWEEPWATCH_CA'] || undefined) },
    rest,
  }
}

function leading(words: readonly string[]): { given: ReadonlyMap<Name, string>; rest: readonly string[] } {
  const given = new Map<Name, string>()
  const rest: string[] = []
  let k = 0
  for (; k < words.length; k++) {
    const word = words[k] as string
    const [, name, , value] = /^--([a-z-]+)(=(.*))?$/s.exec(word) ?? []
    if (name !== undefined && (names as readonly string[]).includes(name)) {
      const told = value ?? words[++k]
      if (told === undefined || told === '') throw new Problem('usage', `--${name}: what?`)
      given.set(name as Name, told)
    } else if (word === '--no-color') rest.push(word)
    else break
  }
  return { given, rest: [...rest, ...words.slice(k)] }
}

/** A token is not sent where others can read it on its way. */
function urlOf(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new Problem('usage', `--server ${text}: no address of a service`, {
      hint: 'Write https://sweepwatch.example:8420.',
    })
  }
  const isNear = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || isNear) return url
  throw new Problem('usage', `--server ${text}: the token would be sent in clear text`, {
    hint: 'Use https (`sweepwatch serve --cert --key`), or a tunnel to this machine.',
  })
}
