import { count, ranges, several, span } from '../../base/quantity.ts'
import type { Analysis } from '../../case/analysis.ts'
import type { Backscatter, Uncommon, Undecided } from '../../detect/finding.ts'
import { glyphs, type Look, paint } from '../look.ts'
import { uncommonHeadline, uncommonRecords } from '../uncommon-text.ts'
import { caption, paragraph } from './layout.ts'

const most = 10

/** What is no scan, or could not be decided. */
export function othersSection({ uncommon, undecided, backscatter }: Analysis, look: Look): readonly string[] {
  return [
    ...section('Uncommon: uses the network as it never did before', uncommon, uncommonText, look),
    ...section('Undecided: only live services were asked for', undecided, undecidedText, look),
    ...section('Backscatter: answers to packets forged in our name', backscatter, backscatterText, look),
  ]
}

function section<T>(title: string, items: readonly T[], say: (item: T) => string, look: Look): readonly string[] {
  if (items.length === 0) return []
  const { rule, bullet } = glyphs(look)
  const lines = items.slice(0, most).map((item) => paragraph(say(item), look, '      ', `    ${bullet} `))
  const omitted = items.length - most
  const tail = omitted > 0 ? [`    and ${several(omitted, 'more', 'more')}; --json lists them all`] : []
  return [[paint(look, 'dim', rule.repeat(look.columns)), caption(title, look), ...lines, ...tail].join('\n')]
}

function uncommonText(item: Uncommon): string {
  const learned = `Learned for ${several(item.learnedDays, 'day')}.`
  const scan = item.scan === null ? [] : [`It made the scan ${item.scan}.`]
  const told = [`${uncommonHeadline(item)}, ${span(item.first, item.last)}.`, learned, ...scan]
  return `${told.join(' ')} Records: ${uncommonRecords(item)}`
}

function undecidedText({ source, targets, ports, first, last, because }: Undecided): string {
  return `${source}: ${several(targets, 'target')} on ${ports.length === 1 ? 'port' : 'ports'} ${ranges(ports, 6)}, ${span(first, last)}. ${because.join(' ')}`
}

function backscatterText({ source, victims, packets, protocol, kinds, first, last }: Backscatter): string {
  return `${source}: ${count(packets)} ${protocol} answers (${kinds.join(', ')}) to ${several(victims, 'address', 'addresses')} of ours that never asked, ${span(first, last)}`
}
