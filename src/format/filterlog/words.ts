import { WordTable } from '../../base/word-table.ts'
import { Action } from '../../event/batch.ts'

const actions = new WordTable(['block', 'pass', 'synproxy-drop', 'match'])
const actionOf = Uint8Array.from([Action.deny, Action.allow, Action.deny, Action.none])

/** What pf did. Translations (`rdr`, `nat`, `binat`) and `match` decide nothing. */
export function readAction(bytes: Uint8Array, from: number, to: number): number {
  const place = actions.place(bytes, from, to)
  return place < 0 ? Action.none : actionOf[place]!
}

/** ICMP types by name: pfSense's own words (of which one may go on with a length), then pf.conf's, which OPNsense writes. */
const icmp: readonly (readonly [string, number])[] = [
  ['request', 8],
  ['reply', 0],
  ['unreachproto', 3],
  ['unreachport', 3],
  ['unreach', 3],
  ['needfrag', 3],
  ['redirect', 5],
  ['timexceed', 11],
  ['paramprob', 12],
  ['maskreply', 18],
  ['tstamp', 13],
  ['tstampreply', 14],
  ['source quench', 4],
  ['router solicitation', 10],
  ['information request', 15],
  ['information reply', 16],
  ['address mask request', 17],
  ['routeradv', 9],
  ['echorep', 0],
  ['echoreq', 8],
  ['squench', 4],
  ['redir', 5],
  ['althost', 6],
  ['routersol', 10],
  ['timex', 11],
  ['timereq', 13],
  ['timerep', 14],
  ['inforeq', 15],
  ['inforep', 16],
  ['maskreq', 17],
  ['maskrep', 18],
  ['trace', 30],
  ['dataconv', 31],
]
const icmp6: readonly (readonly [string, number])[] = [
  ['unreach', 1],
  ['toobig', 2],
  ['timex', 3],
  ['paramprob', 4],
  ['echoreq', 128],
  ['echorep', 129],
  ['listqry', 130],
  ['listenrep', 131],
  ['listendone', 132],
  ['routersol', 133],
  ['routeradv', 134],
  ['neighbrsol', 135],
  ['neighbradv', 136],
  ['redir', 137],
  ['routrrenum', 138],
  ['niqry', 139],
  ['nirep', 140],
  ['listenrepv2', 143],
]
/** Codes of unreachable; of the other types none matters here. */
const codes: readonly (readonly [string, number])[] = [
  ['net-unr', 0],
  ['host-unr', 1],
  ['proto-unr', 2],
  ['port-unr', 3],
  ['needfrag', 4],
  ['srcfail', 5],
  ['net-unk', 6],
  ['host-unk', 7],
  ['isolate', 8],
  ['net-prohib', 9],
  ['host-prohib', 10],
  ['net-tos', 11],
  ['host-tos', 12],
  ['filter-prohib', 13],
  ['host-preced', 14],
  ['cutoff-preced', 15],
  ['unreachproto', 2],
  ['unreachport', 3],
  ['reassemb', 1],
]
const codes6: readonly (readonly [string, number])[] = [
  ['noroute-unr', 0],
  ['admin-unr', 1],
  ['beyond-unr', 2],
  ['addr-unr', 3],
  ['port-unr', 4],
  ['reassemb', 1],
]

class Numbered {
  readonly #words: WordTable
  readonly #numbers: Uint8Array

  constructor(list: readonly (readonly [string, number])[]) {
    this.#words = new WordTable(list.map(([word]) => word))
    this.#numbers = Uint8Array.from(list, ([, number]) => number)
  }

  of(bytes: Uint8Array, from: number, to: number): number {
    const place = this.#words.place(bytes, from, to)
    return place < 0 ? -1 : this.#numbers[place]!
  }
}

const icmpTypes = new Numbered(icmp)
const icmp6Types = new Numbered(icmp6)
const icmpCodes = new Numbered(codes)
const icmp6Codes = new Numbered(codes6)

/** The number of an ICMP type by name, -1 for an unknown one. */
export function icmpType(bytes: Uint8Array, from: number, to: number, isV6: boolean): number {
  let end = to
  // pfSense writes the length straight behind a name that has no fields.
  while (end > from && bytes[end - 1]! >= 48 && bytes[end - 1]! <= 57) end--
  return (isV6 ? icmp6Types : icmpTypes).of(bytes, from, end)
}

export function icmpCode(bytes: Uint8Array, from: number, to: number, isV6: boolean): number {
  return (isV6 ? icmp6Codes : icmpCodes).of(bytes, from, to)
}

const options = new WordTable(['eol', 'nop', 'mss', 'wscale', 'sackOK', 'sack', 'TS'])
/** As `packet/tcp-options.ts` numbers them. */
const optionCode = Uint8Array.from([7, 2, 1, 3, 4, 6, 5])
const otherOption = 15
const semicolon = 59

/** The TCP options `mss;nop;wscale` in order of appearance, four bits each, at most eight. */
export function readOptions(bytes: Uint8Array, from: number, to: number): number {
  let signature = 0
  let at = from
  for (let shift = 0; shift < 32 && at < to; shift += 4) {
    let end = at
    while (end < to && bytes[end] !== semicolon) end++
    const place = options.place(bytes, at, end)
    signature |= (place < 0 ? otherOption : optionCode[place]!) << shift
    at = end + 1
  }
  return signature
}
