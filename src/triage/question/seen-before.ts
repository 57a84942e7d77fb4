import { several } from '../../base/quantity.ts'
import { type Question, said } from './question.ts'

export default {
  id: 'Q5',
  text: 'Has the same or similar scanning activity occurred previously?',
  answer({ history }) {
    if (history.since === null && history.cases.length === 0) {
      const because = ['What is remembered does not reach back a day: this is the first run, or runs keep no memory.']
      return said('unknown', 0.5, {
        because,
        looked: [],
        wouldTell: ['a memory of earlier scans (--state), or older logs'],
      })
    }
    const since = (history.since ?? history.cases.map(({ first }) => first).sort()[0] ?? '').slice(0, 10)
    const looked = [`cases since ${since}`]
    const [most] = history.cases
    if (most === undefined) {
      return said('no', 0.8, { because: [`Nothing alike since ${since}.`], looked })
    }
    const because = history.cases.slice(0, 8).map(({ id, first, last, alike, outcome, decision, blockedUntil }) => {
      const when =
        first.slice(0, 10) === last.slice(0, 10) ? first.slice(0, 10) : `${first.slice(0, 10)} to ${last.slice(0, 10)}`
      const block = blockedUntil === null ? '' : ` It is back after a block that ended ${blockedUntil.slice(0, 10)}.`
      return `Case ${id}, ${when}: ${alike.join(', ')}; ${outcome ?? decision}.${block}`
    })
    const more = history.cases.length - because.length
    if (more > 0) because.push(`And ${several(more, 'more case')} like it.`)
    return said('yes', 0.9, { because, looked })
  },
} satisfies Question
