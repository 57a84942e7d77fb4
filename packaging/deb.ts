/**
 * Makes `dist/sweepwatch_VERSION_ARCH.deb`: `npm run package`, on Debian and what comes of it (it needs dpkg-deb). Times in it are those of
 * the last commit, or SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/): the same tree makes the same bytes.
 * SWEEPWATCH_PACKAGE_VERSION makes another version of the same tree, DIST another folder, for who tries an upgrade.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  globSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bashCompletion } from '../src/command/completion/bash.ts'
import { describeCommands } from '../src/command/completion/described.ts'
import { fishCompletion } from '../src/command/completion/fish.ts'
import { zshCompletion } from '../src/command/completion/zsh.ts'
import { commands } from '../src/command/registry.ts'
import { formats } from '../src/format/registry.ts'
import { manualPage } from './man.ts'
import { layProgram, version as ownVersion, root } from './program.ts'

const { SOURCE_DATE_EPOCH, SWEEPWATCH_PACKAGE_VERSION, DIST } = process.env
const version = SWEEPWATCH_PACKAGE_VERSION ?? ownVersion()
const secondsSince1970 = Number(SOURCE_DATE_EPOCH ?? output('git', ['log', '-1', '--format=%ct']))
const architecture = output('dpkg', ['--print-architecture'])
const maintainer = /^Maintainer: (.*)$/m.exec(ours('debian/control').toString())?.[1] ?? ''
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-package-'))
try {
  layProgram(folder)
  layConfiguration()
  layManuals()
  layCompletions()
  layControl()
  settle()
  const to = join(resolve(root, DIST ?? 'dist'), `sweepwatch_${version}_${architecture}.deb`)
  // zstd: dpkg reads it since 1.21.18 (Debian 12), and packs in a quarter of the time that xz takes for about the same size.
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z3', '--threads-max=2', '--build', folder, to], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(secondsSince1970) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  console.log(`${to} (${Math.round(statSync(to).size / 1e6)} MB)`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function output(program: string, words: readonly string[]): string {
  return execFileSync(program, words, { cwd: root, encoding: 'utf8' }).trim()
}

function write(path: string, content: string | Uint8Array, mode = 0o644): void {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, mode)
}

function ours(path: string): Buffer {
  return readFileSync(join(import.meta.dirname, path))
}

function layConfiguration(): void {
  write('etc/sweepwatch/sweepwatch.yaml', ours('sweepwatch.yaml'), 0o640)
  write('lib/systemd/system/sweepwatch.service', ours('systemd/sweepwatch.service'))
  cpSync(join(import.meta.dirname, 'systemd/examples'), join(folder, 'usr/share/doc/sweepwatch/examples'), {
    recursive: true,
  })
}

/** Without a file name and time inside, as gzip -n does. */
function packed(text: string | Uint8Array): Buffer {
  return gzipSync(text, { level: 9 })
}

function layManuals(): void {
  const date = new Date(secondsSince1970 * 1000).toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' })
  write('usr/share/man/man1/sweepwatch.1.gz', packed(manualPage(commands, version, date)))
  const documents = 'usr/share/doc/sweepwatch'
  write(`${documents}/copyright`, ours('debian/copyright'))
  write(`${documents}/changelog.gz`, packed(changelog()))
  for (const path of ['CHANGELOG.md', 'README.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: root })])
    write(`${documents}/${path}`, readFileSync(join(root, path)))
}

/** In Debian's form (deb-changelog(5)); what changed stands in the project's own. */
function changelog(): string {
  const when = new Date(secondsSince1970 * 1000).toUTCString().replace('GMT', '+0000')
  return `sweepwatch (${version}) stable; urgency=medium\n\n  * See CHANGELOG.md beside this file.\n\n -- ${maintainer}  ${when}\n`
}

function layCompletions(): void {
  const described = describeCommands(
    commands,
    formats.map(({ id }) => id),
  )
  write('usr/share/bash-completion/completions/sweepwatch', bashCompletion(described))
  write('usr/share/zsh/vendor-completions/_sweepwatch', zshCompletion(described))
  write('usr/share/fish/vendor_completions.d/sweepwatch.fish', fishCompletion(described))
}

function layControl(): void {
  const kibibytes = Math.ceil(filesOf(folder).reduce((sum, file) => sum + lstatSync(file).size, 0) / 1024)
  const facts: Record<string, string> = { version, architecture, kibibytes: String(kibibytes) }
  const control = ours('debian/control').toString()
  write(
    'DEBIAN/control',
    control.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => facts[name] as string),
  )
  write('DEBIAN/conffiles', '/etc/sweepwatch/sweepwatch.yaml\n')
  for (const script of ['postinst', 'prerm', 'postrm']) write(`DEBIAN/${script}`, ours(`debian/${script}`), 0o755)
}

function filesOf(from: string): string[] {
  return readdirSync(from, { recursive: true, encoding: 'utf8' })
    .map((path) => join(from, path))
    .sort()
}

/** One time and usual rights everywhere, whatever umask and checkout made of them. */
function settle(): void {
  for (const file of [...filesOf(folder), folder]) {
    const { mode, isLink, isFolder } = kindOf(file)
    if (!isLink && !file.endsWith('sweepwatch.yaml')) chmodSync(file, isFolder || (mode & 0o100) !== 0 ? 0o755 : 0o644)
    lutimesSync(file, secondsSince1970, secondsSince1970)
  }
}

function kindOf(file: string): { mode: number; isLink: boolean; isFolder: boolean } {
  const found = lstatSync(file)
  return { mode: found.mode, isLink: found.isSymbolicLink(), isFolder: found.isDirectory() }
}
