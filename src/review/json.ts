import type { Review } from './review.ts'

/** The review as it is printed by `--json`: of rules what is read, not how they match. */
export function reviewObject(review: Review): object {
  return {
    type: 'review',
    ...review,
    findings: review.findings.map(({ rule, ...finding }) => {
      const { text, line, handle, index, comment, packets } = rule
      return {
        ...finding,
        rule: { text, index, line: line ?? null, handle: handle ?? null, comment, packets: packets ?? null },
      }
    }),
  }
}
