/**
 * `node bench/decisions.ts`: the section on decisions of `npm run evaluate` alone, which takes a few minutes. Prints it and
 * puts it into docs/evaluation.md in the place of the one before.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decisions } from './evaluate/decisions.ts'

const page = join(import.meta.dirname, '../docs/evaluation.md')
const text = (await decisions()).join('\n').trimEnd()
const others = readFileSync(page, 'utf8')
  .split(/^(?=## )/m)
  .filter((section) => !section.startsWith('## Decisions'))
writeFileSync(page, `${others.join('').trimEnd()}\n\n${text}\n`)
process.stdout.write(`${text}\n`)
