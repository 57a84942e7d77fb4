import { readWrittenTime } from '../../base/written-time.ts'
import type { ListFormat } from './format.ts'

export default {
  id: 'spamhaus-drop',
  title: 'Spamhaus DROP, EDROP and DROPv6 as text: a network a line with the number of its SBL record',
  recognise: ({ head }) => (/^; *Spamhaus /.test(head) ? 1 : 0),
  read(content, into) {
    const title = /^; *(Spamhaus [A-Za-z0-9]+(?: List)?)/.exec(content.head)?.[1]
    // `Last-Modified: Tue, 30 Aug 2016 05:17:00 GMT`
    const modified = /^; *Last-Modified: *(?:\w{3}, *)?(.+)$/m.exec(content.head)?.[1]
    into.header = { name: title, means: 'malicious', date: readWrittenTime(modified) / 1000 || undefined }
    for (const [line, number] of content.lines()) {
      const [word = '', record = ''] = line.split(';', 2).map((part) => part.trim())
      if (word !== '') into.add(word, `line ${number}`, { name: record })
    }
  },
} satisfies ListFormat
