import { readFile } from 'node:fs/promises'
import { Problem } from '../base/problem.ts'
import type { Config } from './schema.ts'

const defaultConfigFile = 'sweepwatch.yaml'

/**
 * Reads the configuration: the file named, else `sweepwatch.yaml` in the working directory, else nothing.
 * @throws Problem `config` when a named file is missing or any file is not valid
 */
export async function loadConfig(named: string | undefined): Promise<{ config: Config; file: string | undefined }> {
  const file = named ?? defaultConfigFile
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (named === undefined && cause.code === 'ENOENT') return undefined
    throw new Problem('config', `cannot read the configuration ${file}: ${cause.message}`, { cause })
  })
  return text === undefined ? { config: {}, file: undefined } : { config: await parseConfig(text, file), file }
}

/** Where each key of a configuration file stands: lines by key. Nothing where the file is not valid YAML. */
export async function keyLines(file: string): Promise<ReadonlyMap<string, number>> {
  const { isMap, isScalar, LineCounter, parseDocument } = await import('yaml')
  const counter = new LineCounter()
  const { contents } = parseDocument(await readFile(file, 'utf8'), { lineCounter: counter })
  const lines = new Map<string, number>()
  if (!isMap(contents)) return lines
  for (const { key } of contents.items) {
    if (isScalar(key) && key.range) lines.set(String(key.value), counter.linePos(key.range[0]).line)
  }
  return lines
}

/** @throws Problem `config` that names every error at once */
export async function parseConfig(text: string, file: string): Promise<Config> {
  // Loaded here: most runs have no configuration, and these two are most of the time it takes to start.
  const [{ LineCounter, parseDocument }, { checkConfig, configKeys }] = await Promise.all([
    import('yaml'),
    import('./schema.ts'),
  ])
  const lines = new LineCounter()
  // maxAliasCount: a "billion laughs" file is refused instead of expanded.
  const document = parseDocument(text, { lineCounter: lines })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    throw invalid(file, configKeys, [`line ${line}, column ${col}: ${error.message.split('\n', 1)[0]}`])
  }
  const result = checkConfig(document.toJS({ maxAliasCount: 100 }))
  if ('errors' in result) throw invalid(file, configKeys, result.errors)
  return result.config
}

function invalid(file: string, keys: readonly string[], errors: readonly string[]): Problem {
  return new Problem('config', `${file} is not valid:\n  ${errors.join('\n  ')}`.replaceAll('\n', ' '), {
    hint: `It may hold: ${keys.join(', ')}. Example: networks: [192.0.2.0/24]`,
  })
}
