import { anything, both, everyPort, type Match } from '../../match.ts'
import { type Spans, without } from '../../spans.ts'
import { icmpType, ports, protocols } from '../fragments.ts'
import { icmp6Types, icmpTypes, protocolByName } from '../wire-names.ts'
import type { WordReader } from '../words.ts'
import { asaPort } from './port-names.ts'

/** `eq www`, `range 1 1024`, `lt 1024`, `gt 1023`, `neq 25`; undefined where it was not understood. */
export function portTest(words: WordReader): Spans<number> | undefined {
  const operator = words.take()
  const port = asaPort(words.take())
  if (port === undefined) return undefined
  switch (operator) {
    case 'eq':
      return [[port, port]]
    case 'neq':
      return without(everyPort, [[port, port]])
    case 'lt':
      return port === 0 ? [] : [[0, port - 1]]
    case 'gt':
      return port === 65535 ? [] : [[port + 1, 65535]]
    case 'range': {
      const to = asaPort(words.take())
      return to === undefined || to < port ? undefined : [[port, to]]
    }
    default:
      return undefined
  }
}

const operators: ReadonlySet<string> = new Set(['eq', 'neq', 'lt', 'gt', 'range'])

export function isPortTest(word: string | undefined): boolean {
  return word !== undefined && operators.has(word)
}

/** `ip`, `tcp`, `tcp-udp`, `icmp`, `89`; undefined where there is no such protocol. */
export function protocolMatch(name: string): Match | undefined {
  if (name === 'ip') return anything
  if (name === 'tcp-udp') return protocols([6, 17])
  const number = protocolByName(name)
  return number === undefined ? undefined : protocols([number])
}

export function icmpTypeMatch(name: string, protocol: Match): Match | undefined {
  const isSix = protocol.protocols[0]?.[0] === 58
  const number = /^\d{1,3}$/.test(name) ? Number(name) : (isSix ? icmp6Types : icmpTypes).get(name)
  return number === undefined || number > 255 ? undefined : icmpType([[number, number]])
}

/** `tcp source eq 1 destination eq www`, `icmp echo`, `icmp6`, `89`: what stands behind `service` and `service-object`. */
export function serviceMatch(words: WordReader): Match | undefined {
  let match = protocolMatch(words.take())
  while (match !== undefined && words.next !== undefined) {
    const more = servicePart(words, match)
    match = more && both(match, more)
  }
  return match
}

function servicePart(words: WordReader, protocol: Match): Match | undefined {
  if (words.next === 'source' || words.next === 'destination') {
    const which = words.take() === 'source' ? 'sourcePorts' : 'targetPorts'
    const spans = portTest(words)
    return spans && ports(which, spans)
  }
  if (isPortTest(words.next)) {
    const spans = portTest(words)
    return spans && ports('targetPorts', spans)
  }
  return icmpTypeMatch(words.take(), protocol)
}
