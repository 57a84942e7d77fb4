import { type ChildProcess, spawn } from 'node:child_process'
import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../base/problem.ts'

export interface Ran {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** As the target is configured, for messages. */
  readonly name: string
  /** Program and words that always stand first: `[nft]`, `[sudo, -n, nft]`. Never seen by a shell. */
  readonly command: readonly string[]
  readonly args?: readonly string[]
  /** What it reads from its standard input. */
  readonly input?: string
  /** A private directory, where the input lies while it is read. */
  readonly folder: string
  readonly signal: AbortSignal
}

/** A list of 100,000 entries takes 15 MB. */
const mostBytes = 256e6
const mostSaid = 4096
/** Where firewalls' tools are; the search path of a service or of a person often leaves it out. */
const systemPlaces = ['', '/usr/sbin/', '/sbin/'] as const

/**
 * Runs a tool to its end. What it reads is given as bytes on its standard input and what it is asked as words: nothing passes a shell.
 * @throws Problem `target` where it cannot be started, says more than fits, or is killed; the signal's reason where that ended it
 */
export async function runProgram(options: RunOptions): Promise<Ran> {
  const { name, command, args = [], input = '', folder, signal } = options
  const [program = '', ...words] = [...command, ...args]
  signal.throwIfAborted()
  const stdin = await inputFile(folder, input)
  try {
    for (const place of program.includes('/') ? [''] : systemPlaces) {
      const child = spawn(place + program, words, { signal, stdio: [stdin.fd, 'pipe', 'pipe'] })
      const ran = await runOnce(options, child)
      if (ran !== undefined) return ran
    }
  } finally {
    await stdin.close()
  }
  throw new Problem('target', `target ${name}: there is no program ${program}`, {
    hint: `Install it, or name it in \`command:\` of the target (\`[sudo, -n, ${program}]\`, or with its whole path).`,
  })
}

/** A file without a name: nft opens /dev/stdin anew, which the sockets that Node calls pipes do not allow. */
async function inputFile(folder: string, input: string): Promise<FileHandle> {
  const place = await mkdtemp(join(folder, 'input-'))
  try {
    const path = join(place, 'input')
    await writeFile(path, input, { mode: 0o600 })
    return await open(path, 'r')
  } finally {
    await rm(place, { recursive: true })
  }
}

/** @returns undefined where there is no such program */
function runOnce({ name, command, signal }: RunOptions, child: ChildProcess): Promise<Ran | undefined> {
  const program = command.join(' ')
  return new Promise((resolve, reject) => {
    const said = { stdout: [] as Buffer[], bytes: 0, stderr: '' }
    child.stdout?.on('data', (bytes: Buffer) => {
      said.bytes += bytes.length
      if (said.bytes <= mostBytes) said.stdout.push(bytes)
      else child.kill('SIGKILL')
    })
    child.stderr?.on('data', (bytes: Buffer) => {
      if (said.stderr.length < mostSaid) said.stderr += bytes.toString().slice(0, mostSaid)
    })
    child.on('error', (cause: NodeJS.ErrnoException) => {
      // What it started itself may live on, and hold the other ends.
      for (const stream of [child.stdout, child.stderr]) stream?.destroy()
      if (signal.aborted) reject(signal.reason)
      else if (cause.code === 'ENOENT') resolve(undefined)
      else reject(new Problem('target', `target ${name}: ${program} cannot be started: ${cause.message}`, { cause }))
    })
    child.on('close', (status) => {
      if (signal.aborted) reject(signal.reason)
      else if (said.bytes > mostBytes) reject(new Problem('target', `target ${name}: ${program} says too much`))
      else if (status === null) reject(new Problem('target', `target ${name}: ${program} was killed`))
      else resolve({ status, stdout: Buffer.concat(said.stdout).toString(), stderr: said.stderr })
    })
  })
}

const notAllowed =
  /operation not permitted|permission denied|you must be root|a password is required|not in the sudoers/i
const noProgram = /command not found|no such file or directory: |failed to execute|exec of .* failed/i

/**
 * The problem of a tool that ended with an error.
 * @param what what it should have done: `the table was not changed`
 */
export function failure(
  { name, command }: Pick<RunOptions, 'name' | 'command'>,
  ran: Ran,
  what: string,
  hint?: string,
): Problem {
  const line = firstLine(ran.stderr) || `exit status ${ran.status}`
  return new Problem('target', `target ${name}: ${what}: ${command.join(' ')}: ${line}`, {
    hint: hintFor(ran, command) ?? hint ?? 'Nothing was changed. The tool must be able to do its work: try it by hand.',
  })
}

function hintFor({ status, stderr }: Ran, command: readonly string[]): string | undefined {
  if (notAllowed.test(stderr)) {
    return `It needs the right to change the firewall (CAP_NET_ADMIN): run Sweepwatch's service with it, or set \`command: [sudo, -n, ${command.at(-1)}]\`.`
  }
  if (status === 127 || noProgram.test(stderr)) return 'A program of `command:` is missing: install it.'
  return undefined
}

/** In printable ASCII: it goes to a terminal and into the ledger. */
function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? ''
  return line
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .slice(0, 300)
}
