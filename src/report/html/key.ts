import { outcomesByWeight, type TouchOutcome } from './cells.ts'
import { orderRamp } from './style.ts'

const words: Readonly<Record<TouchOutcome, string>> = {
  established: 'answered',
  refused: 'refused',
  blocked: 'blocked',
  unanswered: 'silent',
  unknown: 'not visible',
}

/** What the colours of outcomes mean; only those that occur. */
export function outcomeKey(present: Iterable<TouchOutcome>, kind = ''): string {
  const set = new Set(present)
  const items = outcomesByWeight
    .filter((outcome) => set.has(outcome))
    .map((outcome) => `<li>${swatch(outcome)}${words[outcome]}</li>`)
  return `<ul class="key ${kind}">${items.join('')}</ul>`
}

/** What the colours of first touches mean. */
export function orderKey(): string {
  const cells = orderRamp.map((_, level) => `<rect x="${level}" width="1.05" height="2" class="t${level}"/>`).join('')
  const ramp = `<svg class="ramp" viewBox="0 0 16 2" preserveAspectRatio="none" aria-hidden="true">${cells}</svg>`
  return `<ul class="key key-order"><li>first ${ramp} last</li><li>${swatch('empty')}not touched</li></ul>`
}

function swatch(kind: string): string {
  return `<svg viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1" class="${kind}"/></svg>`
}
