import { several } from '../../base/quantity.ts'
import { type Question, said } from './question.ts'

export default {
  id: 'Q5',
  text: 'Has the same or similar scanning activity occurred previously?',
  answer({ history, scans }) {
    const { returns } = history
    if (history.since === null && history.cases.length === 0 && returns.length === 0) {
      const because = ['What is remembered does not reach back a day: this is the first run, or runs keep no memory.']
      return said('unknown', 0.5, {
        because,
        looked: [],
        wouldTell: ['a memory of earlier scans (--state), or older logs'],
      })
    }
    const since = (history.since ?? [...history.cases, ...scans].map(({ first }) => first).sort()[0] ?? '').slice(0, 10)
    const looked = [`cases since ${since}`]
    const newest =
      scans
        .map(({ last }) => last)
        .sort()
        .at(-1) ?? ''
    const [most] = history.cases
    if (most === undefined && returns.length === 0) {
      return said('no', 0.8, { because: [`Nothing alike since ${since}.`], looked })
    }
    const because = history.cases.slice(0, 8).map(({ id, first, last, alike, outcome, decision, blockedUntil }) => {
      const when =
        first.slice(0, 10) === last.slice(0, 10) ? first.slice(0, 10) : `${first.slice(0, 10)} to ${last.slice(0, 10)}`
      const block = blockedUntil === null ? '' : ` It is back ${blockOf(blockedUntil, newest)}.`
      return `Case ${id}, ${when}: ${alike.join(', ')}; ${outcome ?? decision}.${block}`
    })
    const more = history.cases.length - because.length
    because.unshift(...returns.slice(-8).map((text) => `This very case: ${text}.`))
    if (more > 0) because.push(`And ${several(more, 'more case')} like it.`)
    return said('yes', 0.9, { because, looked })
  },
} satisfies Question

function blockOf(until: string, newest: string): string {
  return until > newest
    ? `while a block until ${until.slice(0, 10)} stands`
    : `after a block that ended ${until.slice(0, 10)}`
}
