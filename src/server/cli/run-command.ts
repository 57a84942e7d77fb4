import { type ChildProcess, fork } from 'node:child_process'
import { Readable } from 'node:stream'
import { Problem } from '../../base/problem.ts'
import { gone } from '../aside/lane.ts'
import type { AskedCommand, CommandNotice, CommandPiece } from './protocol.ts'

/** Milliseconds, and characters of output. */
const longest = 10 * 60_000
const mostOutput = 64 << 20
const mostMebibytes = 2048
const failed = 1

/**
 * Runs a command in a process of its own: what it needs, and what becomes of it, is not the service's. It is ended when the client goes, after
 * ten minutes, or when it has printed 64 MiB.
 *
 * @param program what takes the command
 * @returns what it prints as JSON Lines, as it comes
 * @throws Problem where it may not run, `gone`
 */
export async function runCommand(program: string, asked: AskedCommand, signal: AbortSignal): Promise<Readable> {
  if (signal.aborted) throw gone()
  const child = fork(program, [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [`--max-old-space-size=${mostMebibytes}`, '--no-warnings'],
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], HOME: process.env['HOME'], TZ: process.env['TZ'] },
  })
  const end = () => void child.kill('SIGKILL')
  const timer = setTimeout(end, longest)
  signal.addEventListener('abort', end, { once: true })
  child.once('close', () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  })
  const printed = piecesOf(child, end)
  child.send(asked, () => {})
  const notice = await firstWord(child)
  if (notice.kind === 'running') return printed
  printed.destroy()
  if (signal.aborted) throw gone()
  throw new Problem(notice.code, notice.message, notice.hint === undefined ? {} : { hint: notice.hint })
}

/** A command line that is wrong is told by what it prints, like one that runs. */
function firstWord(child: ChildProcess): Promise<CommandNotice> {
  return new Promise((resolve) => {
    child.once('message', (notice) => resolve(notice as CommandNotice))
    child.once('exit', () => resolve({ kind: 'running' }))
  })
}

function piecesOf(child: ChildProcess, end: () => void): Readable {
  const streams = [child.stdout, child.stderr] as [Readable, Readable]
  let printedSoFar = 0
  let isOver = false
  const pieces = new Readable({
    read: () => {
      for (const stream of streams) stream.resume()
    },
    destroy: (error, done) => {
      isOver = true
      end()
      done(error)
    },
  })
  const say = (piece: CommandPiece) => {
    if (isOver || pieces.push(`${JSON.stringify(piece)}\n`)) return
    for (const stream of streams) stream.pause()
  }
  for (const [k, stream] of streams.entries()) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      printedSoFar += text.length
      if (printedSoFar > mostOutput) end()
      else say(k === 0 ? { out: text } : { err: text })
    })
  }
  child.once('close', (code: number | null) => {
    if (code === null && !isOver) {
      const why = printedSoFar > mostOutput ? 'it printed more than is sent' : 'it took too long, or too much memory'
      say({ err: `sweepwatch: the command was ended: ${why}\n` })
    }
    say({ exit: code ?? failed })
    isOver = true
    pieces.push(null)
  })
  return pieces
}
