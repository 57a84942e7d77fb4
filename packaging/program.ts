/**
 * Lays the program into a folder as packages have it: `node packaging/program.ts FOLDER`.
 *
 * It is the TypeScript as it stands, with the Node that runs it without a build: what is installed is what was tested, a stack trace names
 * lines that can be read, and Debian's own Node (18 in bookworm) is too old for either. The console is the only thing that is built.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { runtimePackages } from './dependencies.ts'

export const root = join(import.meta.dirname, '..')
/** Where the program lies on a machine. */
export const home = '/usr/lib/sweepwatch'

/** Of packages, what only their developers and ours read, anywhere and at the top; licences stay. */
const leftOut = /(?:\.(?:d\.[cm]?ts|map)|\/(?!licen[cs]e)[^/]*\.(?:md|markdown)|\/\.[^/]*)$/i
const leftOutAtTop = /^(?:\w+\.html|test|tests|docs|benchmarks?|examples?|integration|scripts|include|share)$/

export function layProgram(folder: string): void {
  const target = join(folder, home)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  if (!existsSync(join(root, 'dist/console/index.html')))
    throw new Error('the console is not built: run npm run build:console')
  for (const path of ['src', 'hunts', 'dist/console', 'fixtures/demo', 'package.json', 'LICENSE']) {
    cpSync(join(root, path), join(target, path), { recursive: true })
  }
  for (const path of runtimePackages(root)) layPackage(path, target)
  const bin = join(folder, 'usr/bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'sweepwatch'), starter(target))
  chmodSync(join(bin, 'sweepwatch'), 0o755)
}

/** A package without those inside it, which are laid on their own. */
function layPackage(path: string, target: string): void {
  const from = join(root, path)
  cpSync(from, join(target, path), {
    recursive: true,
    filter: (file) =>
      file === from ||
      !(
        basename(file) === 'node_modules' ||
        leftOut.test(file) ||
        (dirname(file) === from && leftOutAtTop.test(basename(file)))
      ),
  })
}

function starter(target: string): string {
  const runtime = runtimePackages(root).find((path) => /^node_modules\/node-/.test(path))
  if (runtime === undefined || !existsSync(join(target, runtime, 'bin/node'))) {
    throw new Error(`there is no Node for ${process.platform}-${process.arch} among the optional dependencies`)
  }
  // The same name on every architecture.
  symlinkSync(join(runtime, 'bin/node'), join(target, 'node'))
  return `#!/bin/sh\nexec ${home}/node ${home}/src/cli.ts "$@"\n`
}

export function version(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
}

if (import.meta.main) {
  const [, , folder] = process.argv
  if (folder === undefined) throw new Error('say into which folder')
  layProgram(folder)
}
