/** Drawing areas are this wide; the page scales them. Text of 13 units stays readable on a phone. */
export const chartWidth = 440

/** A coordinate, short. */
export function at(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** A picture that says in words what it shows. Title and description must be escaped already. */
export function chart(width: number, height: number, title: string, body: string): string {
  return `<svg class="chart" viewBox="0 0 ${at(width)} ${at(height)}" role="img" aria-label="${title}">${body}</svg>`
}

type Anchor = 'start' | 'middle' | 'end'

/** A label; the text must be escaped already. */
export function label(x: number, y: number, text: string, anchor: Anchor = 'start', strong = false): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}"${strong ? ' class="strong"' : ''}>${text}</text>`
}

export function bar(x: number, y: number, width: number, height: number, kind: string, radius = 0): string {
  const round = radius > 0 ? ` rx="${at(radius)}"` : ''
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}"${round} class="${kind}"/>`
}

export function stroke(path: string, kind: string): string {
  return `<path d="${path}" class="${kind}"/>`
}

/** Round steps from 0 to `most`, about `wanted` of them; `bases` are the round numbers of the unit. */
export function ticks(most: number, wanted: number, bases: readonly number[] = decimal): readonly number[] {
  if (!(most > 0)) return [0]
  const raw = most / wanted
  const power = 10 ** Math.floor(Math.log10(raw))
  const step =
    bases.find((base) => base >= raw) ?? ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step)
}

const decimal: readonly number[] = []

/** Steps of a clock, in milliseconds; below a second and above two weeks decimal steps are as good. */
const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000]
const clockSteps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14].map((n) => n * day),
]

export function timeTicks(most: number, wanted: number): readonly number[] {
  return most < wanted * second || most > 14 * day * wanted ? ticks(most, wanted) : ticks(most, wanted, clockSteps)
}
