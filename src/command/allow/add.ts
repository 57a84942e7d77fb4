import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { entryErrors, entryWarnings } from '../../asset/allow-entry.ts'
import type { AllowEntry } from '../../asset/asset.ts'
import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { readYaml } from '../../base/yaml.ts'
import { allowPath, hasEntries, loadAllowFile } from '../../config/allow.ts'
import { printable } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

/** Writes one more entry at the end of a YAML file, in one step; its comments stay. */
export async function addEntry(invocation: Invocation, [file]: readonly string[]): Promise<number> {
  const { terminal } = invocation
  if (file === undefined) throw new Problem('usage', 'add to which file?', { hint: 'sweepwatch allow add FILE --id …' })
  if (/\.json$/i.test(file)) throw new Problem('usage', `${file}: entries are added to YAML files`)
  const entry = entryOf(invocation)
  const errors = await entryErrors(entry)
  if (errors.length > 0) {
    throw new Problem('allow', `the entry cannot be used: ${errors.join('; ')}`, {
      hint: 'Give --id, --source, --owner, --reason and --expires; --target, --port, --method and a window narrow it down.',
    })
  }
  const read = await readYaml((await textOf(file)) ?? '')
  const text = 'error' in read ? undefined : read.withItem(allowPath(read.value), told(entry))
  if ('error' in read || text === undefined) {
    throw new Problem('allow', `${file} holds no list of entries that one could be added to`)
  }
  const known = hasEntries(read.value) ? await loadAllowFile(file) : []
  if (known.some(({ id }) => id === entry.id)) throw new Problem('allow', `${file} has an entry ${entry.id} already`)
  await replace(file, text)
  terminal.out(`${printable(entry.id)} added to ${printable(file)}\n`)
  for (const warning of entryWarnings(entry, now() / 1000)) terminal.err(`sweepwatch: ${printable(warning)}\n`)
  return ExitCode.done
}

function entryOf(invocation: Invocation): AllowEntry {
  const text = (option: string) => invocation.text(option) ?? ''
  const [start, rule] = [invocation.text('start'), invocation.text('rule')]
  const window = {
    start: start ?? '',
    zone: invocation.text('zone') ?? 'UTC',
    minutes: Number(invocation.text('minutes') ?? Number.NaN),
    ...(rule !== undefined && { rule }),
  }
  return {
    id: text('id'),
    sources: invocation.list('source'),
    targets: invocation.list('target'),
    ports: invocation.list('port'),
    methods: invocation.list('method'),
    ...((start ?? rule ?? invocation.text('minutes')) !== undefined && { window }),
    owner: text('owner'),
    ticket: invocation.text('ticket') ?? null,
    reason: text('reason'),
    expires: text('expires'),
  }
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw new Problem('allow', `cannot read ${file}: ${cause.message}`, { cause })
  })
}

/** The entry without what says nothing. */
function told(entry: AllowEntry): Readonly<Record<string, unknown>> {
  const isEmpty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => !isEmpty(value)))
}

/** A reader sees the old file or the new one, never a part. */
async function replace(file: string, text: string): Promise<void> {
  try {
    await writeFile(`${file}.new`, text)
    const { mode } = await stat(file).catch(() => ({ mode: undefined }))
    if (mode !== undefined) await chmod(`${file}.new`, mode)
    await rename(`${file}.new`, file)
  } catch (cause) {
    throw new Problem('allow', `cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
}
