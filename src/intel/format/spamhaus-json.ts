import { type ListContent, type ListFormat, membersOf, timeOf } from './format.ts'

export default {
  id: 'spamhaus-json',
  title: 'Spamhaus DROP as JSON Lines: {"cidr": …, "sblid": …} and a last line of metadata',
  recognise(content) {
    const { cidr, type, timestamp } = firstRow(content)
    return typeof cidr === 'string' || (type === 'metadata' && timestamp !== undefined) ? 1 : 0
  },
  read(content, into) {
    into.header = { name: 'Spamhaus DROP', means: 'malicious' }
    for (const [line, number] of content.lines()) {
      if (line.trim() === '') continue
      const { type, timestamp, cidr, sblid } = rowOf(line)
      if (type === 'metadata') into.header = { ...into.header, date: timeOf(timestamp) }
      else if (typeof cidr !== 'string') into.damage(`line ${number}`, 'no object with a "cidr"')
      else into.add(cidr, `line ${number}`, { name: typeof sblid === 'string' ? sblid : undefined })
    }
  },
} satisfies ListFormat

function firstRow({ head }: ListContent): Readonly<Record<string, unknown>> {
  return rowOf(head.trimStart().split('\n', 1)[0] ?? '')
}

function rowOf(line: string): Readonly<Record<string, unknown>> {
  try {
    return line.length > 1 << 16 ? {} : membersOf(JSON.parse(line))
  } catch {
    return {}
  }
}
