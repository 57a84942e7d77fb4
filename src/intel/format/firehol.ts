import { readWrittenTime } from '../../base/written-time.ts'
import type { IntelMeaning } from '../intel.ts'
import type { ListContent, ListFormat } from './format.ts'

/** What the categories of the header mean; an anonymizer that is not Tor hides like a VPN. */
const categories: Readonly<Record<string, IntelMeaning>> = {
  attacks: 'malicious',
  reputation: 'malicious',
  malware: 'malicious',
  abuse: 'malicious',
  spam: 'malicious',
  unroutable: 'malicious',
  anonymizers: 'vpn',
  organizations: 'benign',
}

export default {
  id: 'firehol',
  title: 'FireHOL IP lists: .ipset and .netset with a header (update-ipsets)',
  recognise(content) {
    if (!content.head.startsWith('#')) return 0
    return /^# *ipv[46] hash:(?:ip|net) ipset/m.test(content.head) && header(content, 'Category') !== undefined ? 1 : 0
  },
  read(content, into) {
    const name = /^#[ \t]*([A-Za-z][\w.-]*)[ \t]*$/m.exec(content.head)?.[1]
    const category = categories[header(content, 'Category') ?? '']
    // Of the two dates the publisher's says more than that of the conversion.
    const dates = [header(content, 'Source File Date'), header(content, 'This File Date')].map(readWrittenTime)
    const date = dates.find((time) => time !== 0)
    into.header = {
      name,
      means: category === 'vpn' && /^tor(?:[_-]|$)/.test(name ?? '') ? 'tor' : category,
      date: date === undefined ? undefined : date / 1000,
    }
    for (const [line, number] of content.lines()) {
      const word = line.split('#', 1)[0]?.trim() ?? ''
      if (word !== '') into.add(word, `line ${number}`)
    }
  },
} satisfies ListFormat

/** What the header says under a name: `# Category        : attacks`. */
function header({ head }: ListContent, name: string): string | undefined {
  for (const line of head.split('\n')) {
    if (!line.startsWith('#')) {
      if (line.trim() !== '') return undefined
      continue
    }
    const colon = line.indexOf(':')
    if (colon > 0 && line.slice(1, colon).trim() === name) return line.slice(colon + 1).trim() || undefined
  }
  return undefined
}
