import { count, nats } from '../../base/quantity.ts'
import type { Scan } from '../../detect/finding.ts'
import { clipped } from '../escape.ts'
import { glyphs, type Look, paint } from '../look.ts'

const widestBar = 28
const mostTerms = 10

/** The terms of the score as bars on one scale, the total against the threshold below them. */
export function scoreLines({ score }: Scan, look: Look): readonly string[] {
  const { rule, times, minus } = glyphs(look)
  const terms = [...score.terms].sort((a, b) => b.nats - a.nats)
  const shown = terms.length <= mostTerms ? terms : terms.slice(0, mostTerms)
  const barWidth = Math.min(widestBar, look.columns - 50)
  const nameWidth = Math.min(24, Math.max(12, ...shown.map(({ name }) => name.length)))
  const scale = Math.max(1, ...terms.map((term) => Math.abs(term.nats)))
  const row = (name: string, number: string, value: string, tail: string) =>
    `    ${name.padEnd(nameWidth)} ${number.padStart(8)} ${value.padStart(8)}  ${tail}`.trimEnd()
  return [
    ...shown.map((term) =>
      row(
        clipped(term.name, nameWidth),
        `${count(term.count)} ${times}`,
        nats(term.nats, minus),
        bar((term.nats / scale) * barWidth, look),
      ),
    ),
    ...(terms.length > shown.length ? [`    and ${terms.length - shown.length} smaller terms`] : []),
    paint(look, 'dim', `    ${rule.repeat(nameWidth + 18)}`),
    row('score in nats', '', score.total.toFixed(1), `threshold ${score.threshold.toFixed(1)}`),
  ]
}

/** @param width in columns; negative for what speaks against a scan */
function bar(width: number, look: Look): string {
  const eighths = Math.round(Math.abs(width) * 8)
  const whole = Math.floor(eighths / 8)
  const part = look.unicode ? (['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? '') : ''
  const drawn = glyphs(look).bar.repeat(whole) + part
  return paint(
    look,
    width < 0 ? 'green' : 'red',
    drawn === '' && eighths === 0 && width !== 0 ? glyphs(look).dot : drawn,
  )
}
