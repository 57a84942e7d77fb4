import { readFile } from 'node:fs/promises'
import { Problem } from '../base/problem.ts'
import { readYaml } from '../base/yaml.ts'
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
  const read = await readYaml(await readFile(file, 'utf8'))
  return 'error' in read ? new Map() : read.keyLines()
}

/** @throws Problem `config` that names every error at once */
export async function parseConfig(text: string, file: string): Promise<Config> {
  // Loaded here: most runs have no configuration, and the schema and YAML are most of the time it takes to start.
  const [read, { checkConfig, configKeys }] = await Promise.all([readYaml(text), import('./schema.ts')])
  if ('error' in read) throw invalid(file, configKeys, [read.error])
  const result = checkConfig(read.value)
  if ('errors' in result) throw invalid(file, configKeys, result.errors)
  return result.config
}

function invalid(file: string, keys: readonly string[], errors: readonly string[]): Problem {
  return new Problem('config', `${file} is not valid:\n  ${errors.join('\n  ')}`.replaceAll('\n', ' '), {
    hint: `It may hold: ${keys.join(', ')}. Example: networks: [192.0.2.0/24]`,
  })
}
