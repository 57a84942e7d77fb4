import type { IntelMeaning } from '../intel.ts'
import { keptText, textsOf } from '../list/entry.ts'
import { itemsOf, type ListFormat, membersOf } from './format.ts'

/** What the names of lists say; the others are of addresses that appear in reports by mistake: nothing is held against them. */
const meaningWords: readonly (readonly [RegExp, IntelMeaning])[] = [
  [/scann(?:er|ing)|cloud sensors/i, 'research'],
  [/\btor\b.*\b(?:exit|node)/i, 'tor'],
  [/\bvpn\b/i, 'vpn'],
  [/dns resolver/i, 'resolver'],
  [/cloudflare|akamai|fastly|cloudfront|\bcdn\b/i, 'cdn'],
  [/amazon aws|\bgcp\b|google cloud|azure|oracle cloud|alibaba cloud|digitalocean|\bovh\b|linode/i, 'cloud'],
]

/** What stands around the organisation's name in a list of its scanners. */
const around =
  /\bList of (?:published IP address ranges for|known)\s+|\bIP(?:v[46])?(?:[- ](?:address|Ranges?))*,?\s+(?:pot\. )?used for .*$|\s+(?:security )?scann(?:ers?|ing).*$|\s+Cloud Sensors.*$/gi

export default {
  id: 'misp-warninglist',
  title: 'MISP warninglist: {"name": …, "type": "cidr", "list": […]}',
  recognise({ json }) {
    const { name, list } = membersOf(json)
    return typeof name === 'string' && Array.isArray(list) ? 1 : 0
  },
  read({ json }, into) {
    const { name: called, type, version, list: listed, matching_attributes: attributes } = membersOf(json)
    const name = keptText(called)
    const list = itemsOf(listed)
    const isOfAddresses = type === 'cidr' || textsOf(attributes).some((kind) => /^ip-(?:src|dst)/.test(kind))
    const means = meaningWords.find(([words]) => words.test(name ?? ''))?.[1] ?? 'benign'
    const organisation = means === 'research' ? name?.replace(around, '').trim() : undefined
    into.header = { name, means, date: dateOf(version), organisation: organisation || undefined }
    if (!isOfAddresses) {
      into.passedOver += list.length
      return
    }
    for (const [place, item] of list.entries()) {
      if (typeof item === 'string') into.add(item, `item ${place + 1}`)
      else into.damage(`item ${place + 1}`, 'no text')
    }
  },
} satisfies ListFormat

/** Versions of generated lists are dates: 20260811, or 26081010 (year of two digits and a counter). Others are plain numbers. */
function dateOf(version: unknown): number | undefined {
  const text = String(version).slice(0, 12)
  const found = /^(20\d\d)(\d\d)(\d\d)$/.exec(text) ?? /^(2\d)(\d\d)(\d\d)\d\d$/.exec(text)
  if (!found) return undefined
  const [, year = '', month, day] = found
  const time = Date.parse(`${year.padStart(4, '20')}-${month}-${day}T00:00:00Z`)
  return Number.isNaN(time) ? undefined : time
}
