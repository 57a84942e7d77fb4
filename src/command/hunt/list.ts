import type { Hunt } from '../../archive/hunt/hunt.ts'
import { jsonLine } from '../../report/escape.ts'
import { paint } from '../../report/look.ts'
import type { Invocation } from '../command.ts'

/** Which hunts there are, what they ask, and what has to be given. */
export function listHunts(hunts: readonly Hunt[], { terminal, flag }: Invocation): void {
  if (flag('json')) {
    for (const { sql: _, ...hunt } of hunts) terminal.out(`${jsonLine(hunt)}\n`)
    return
  }
  const width = Math.max(...hunts.map(({ id }) => id.length))
  for (const { id, question, parameters } of hunts) {
    terminal.out(`${paint(terminal.outLook, 'bold', id.padEnd(width))}  ${question}\n`)
    for (const { name, type, fallback, about } of parameters) {
      const usual = fallback === undefined ? '' : ` = ${fallback}`
      terminal.out(
        paint(
          terminal.outLook,
          'dim',
          `${' '.repeat(width)}  --param ${name}=${type.toUpperCase()}${usual}: ${about}\n`,
        ),
      )
    }
  }
}
