import { several } from '../../../base/quantity.ts'
import type { Block, Change } from '../../respond.ts'
import { commentOf } from '../../sound.ts'
import { type Commands, clearCommand } from './commands.ts'

/** What a person reviews and types. Lines that begin with `!` are remarks to the firewall too, so that the whole can be pasted. */
export function changeText(target: string, { add, remove, desired }: Change, commands: Commands): string {
  const standing = new Set(desired.map(({ network }) => network))
  const out = unique(remove.map(({ network }) => network)).filter((network) => !standing.has(network))
  const into = unique(add.map(({ network }) => network))
  const clear = into.map(clearCommand).filter((command) => command !== undefined)
  const lines = [
    `! Sweepwatch, target ${target}: ${several(into.length, 'network')} in, ${several(out.length, 'network')} out.`,
    '! Nothing ends by itself here: when a time limit is over, another change is handed over.',
    ...unique(add.map(remark)),
    '!',
    '! 1. Before: the right firewall? What is there now?',
    ...commands.checks.map((check) => `!    ${check}`),
    '!',
    '! 2. The change.',
    ...typed(commands, out.map(commands.remove), into.map(commands.add)),
    '!',
    '! 3. Connections that stand go on until they are ended; type these where that must not be.',
    ...clear.map((command) => `!    ${command}`),
    '!',
    '! 4. After: what is new is there, what is gone is not, and people still reach what they need.',
    ...commands.checks.map((check) => `!    ${check}`),
    ...(commands.before.length > 0 ? ['!    write memory'] : []),
    '!',
    '! To undo:',
    ...typed(commands, into.map(commands.remove), out.map(commands.add)).map((line) => `!    ${line}`),
  ]
  return `${lines.join('\n')}\n`
}

/** Nothing where there is nothing to do. What is new comes first: a group in use must not become empty. */
function typed(commands: Commands, gone: readonly string[], made: readonly string[]): readonly string[] {
  return gone.length + made.length === 0 ? [] : [...commands.before, ...made, ...gone, ...commands.after]
}

function remark(block: Block): string {
  return `! ${block.network} until ${block.until}, ${commentOf(block)}`
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
