import { appendFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from './sample.ts'

const rules = `block drop in log quick from <sweepwatch_in> to any
block drop out quick from any to <sweepwatch_out>
pass all flags S/SA keep state
`

/** A stand-in for pfctl with its tables in a folder. */
export function pfOfTest(folder: string) {
  const place = join(folder, 'pf')
  mkdirSync(place)
  writeFileSync(join(place, 'rules.txt'), rules)
  writeFileSync(join(place, 'info.txt'), 'Status: Enabled for 0 days 01:00:00           Debug: err\n')
  return {
    command: ['sh', join(import.meta.dirname, 'pfctl.sh'), place],
    place,
    calls: () => readFileSync(join(place, 'calls.txt'), 'utf8').split('\n').slice(0, -1),
    remove: (pattern: string) => {
      for (const file of globSync(pattern, { cwd: place })) rmSync(join(place, file))
    },
  }
}

export default {
  open: async (folder) => {
    const pf = pfOfTest(folder)
    return {
      settings: { kind: 'pf', command: pf.command },
      flush: async () => pf.remove('*.table'),
      enter: async (network) =>
        appendFileSync(join(pf.place, 'sweepwatch_in.table'), `${network.replace('/32', '')}\n`),
      breakIt: async () => {
        writeFileSync(join(pf.place, 'calls.txt'), '')
        rmSync(pf.place, { recursive: true })
        return /the table cannot be read/
      },
      close: async () => {},
    }
  },
  refused: [
    [{ kind: 'pf', table: 'a b; reboot' }, /no name of a table/],
    [{ kind: 'pf', table: '-F' }, /no name of a table/],
    [{ kind: 'pf', anchor: '/etc' }, /no name of an anchor/],
    [{ kind: 'pf', command: [] }, /names no program/],
  ],
} satisfies Sample
