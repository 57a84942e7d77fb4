import { parseAddress } from '../../../base/address.ts'
import { addressNumber } from '../../address-span.ts'
import type { Match } from '../../match.ts'
import { type Action, type Rule, shortened } from '../../ruleset.ts'
import { notUnderstoodIn, withCondition } from '../fragments.ts'
import { quotedWords, WordReader } from '../words.ts'
import { matchOptions } from './options.ts'

export interface RuleSite {
  readonly family: 4 | 6
  /** What the table sees at all. */
  readonly seen: Match
  readonly line: number
  /** The chain's key by its name. */
  key(chain: string): string
  /** How many rules the chain has. */
  length(chain: string): number
}

/** Targets that note or change something and let the packet go on. */
const harmless: ReadonlySet<string> = new Set([
  ...['LOG', 'NFLOG', 'ULOG', 'MARK', 'CONNMARK', 'SET', 'TCPMSS', 'TOS', 'DSCP', 'TTL', 'HL', 'CLASSIFY', 'CHECKSUM'],
  ...['NOTRACK', 'CT', 'AUDIT', 'SECMARK', 'CONNSECMARK', 'TRACE', 'FLOWOFFLOAD'],
])
/** Options of a target, with the words that follow them. */
const targetOptions: ReadonlySet<string> = new Set([
  ...[
    '--log-prefix',
    '--nflog-prefix',
    '--log-level',
    '--nflog-group',
    '--reject-with',
    '--to-destination',
    '--to-ports',
  ],
  ...[
    '--to-source',
    '--set-mark',
    '--set-xmark',
    '--set-mss',
    '--set-dscp',
    '--set-tos',
    '--comment',
    '-m',
    '--helper',
    '--zone',
  ],
  ...['--nflog-threshold', '--nflog-size', '--add-set', '--timeout'],
])
const flags: ReadonlySet<string> = new Set([
  ...['--log-tcp-options', '--log-ip-options', '--log-tcp-sequence', '--log-uid', '--clamp-mss-to-pmtu', '--save-mark'],
  ...['--restore-mark', '--random', '--random-fully', '--persistent', '--exist', '--notrack', '--checksum-fill'],
])

/** One line of iptables-save: `[12:840] -A INPUT -s 192.0.2.0/24 -j ACCEPT`. Undefined where it is none. */
export function ruleOf(text: string, site: RuleSite): Rule | undefined {
  const found = /^(?:\[(\d{1,15}):\d{1,20}\] )?-A (\S+)(?: (.*))?$/.exec(text)
  const chain = found?.[2]
  if (!found || chain === undefined) return undefined
  const reader = new RuleReader(new WordReader(quotedWords(found[3] ?? '')), site)
  reader.read()
  const branches = reader.alternatives.map((match) => ({ match, action: reader.action }))
  return {
    chain: site.key(chain),
    index: site.length(chain) + 1,
    line: site.line,
    branches,
    text: shortened(text),
    comment: shortened(reader.comment),
    labels: reader.labels,
    ...(found[1] !== undefined && { packets: Number(found[1]) }),
    notUnderstood: notUnderstoodIn(branches),
  }
}

class RuleReader {
  alternatives: readonly Match[]
  action: Action = { kind: 'continue' }
  comment = ''
  readonly labels: string[] = []
  readonly #words: WordReader
  readonly #site: RuleSite

  constructor(words: WordReader, site: RuleSite) {
    this.#words = words
    this.#site = site
    this.alternatives = [site.seen]
  }

  read(): void {
    const words = this.#words
    while (words.next !== undefined) {
      const isNegated = words.takeIf('!')
      const option = words.take()
      const read = Object.hasOwn(matchOptions, option) ? matchOptions[option] : undefined
      if (read) this.#add(read(words, { family: this.#site.family, isNegated }))
      else if (option === '-j' || option === '-g') this.#target(words.take(), option === '-g')
      else this.#other(option)
    }
  }

  #add(condition: Parameters<typeof withCondition>[1]): void {
    this.alternatives = withCondition(this.alternatives, condition)
  }

  #target(name: string, isGoto: boolean): void {
    const words = { ACCEPT: 'accept', DROP: 'drop', REJECT: 'reject', RETURN: 'return' } as const
    if (Object.hasOwn(words, name)) this.action = { kind: words[name as 'ACCEPT'] }
    else if (name === 'MASQUERADE' || name === 'SNAT' || name === 'NETMAP') this.action = { kind: 'accept' }
    else if (name === 'DNAT' || name === 'REDIRECT')
      this.action = { kind: 'translate', target: undefined, port: undefined }
    else if (harmless.has(name)) this.action = { kind: 'continue' }
    else if (/^[A-Z]+$/.test(name) && this.#site.length(name) < 0) this.#unknownTarget(`the target ${name}`)
    else this.action = { kind: isGoto ? 'goto' : 'jump', chain: this.#site.key(name) }
  }

  #unknownTarget(text: string): void {
    this.action = { kind: 'unknown', text }
  }

  #other(option: string): void {
    if (flags.has(option)) return
    if (targetOptions.has(option)) this.#targetOption(option, this.#words.take())
    else {
      const values: string[] = []
      while (this.#words.next !== undefined && this.#words.next !== '!' && !this.#words.next.startsWith('-'))
        values.push(this.#words.take())
      this.#add(`the option ${[option, ...values].join(' ')}`)
    }
  }

  #targetOption(option: string, value: string): void {
    if (option === '--comment') this.comment = value
    if (option === '--log-prefix' || option === '--nflog-prefix') this.labels.push(value.trim())
    if (option !== '--to-destination' && option !== '--to-ports') return
    const to = translation(option, value)
    if (to === undefined) this.#unknownTarget(`the translation to ${value}`)
    else this.action = to
  }
}

/** `--to-destination 192.0.2.9:80`, `[2001:db8::9]:80`, `--to-ports 8080`; undefined where it is to one of several. */
function translation(option: string, value: string): Action | undefined {
  if (option === '--to-ports')
    return /^\d{1,5}$/.test(value) ? { kind: 'translate', target: undefined, port: Number(value) } : undefined
  const found = /^(?:\[([^\]]+)\]|([^:\][-]*|[^\][-]*))(?::(\d{1,5}))?$/.exec(value)
  const host = found?.[1] ?? found?.[2]
  const address = host ? parseAddress(host) : undefined
  if (!found || (host && !address)) return undefined
  return {
    kind: 'translate',
    target: address && addressNumber(address),
    port: found[3] === undefined ? undefined : Number(found[3]),
  }
}
