import process from 'node:process'
import type { Look } from '../report/look.ts'

/** The two streams of the process and what each can show. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  readonly outLook: Look
  readonly errLook: Look
  readonly errIsTerminal: boolean
}

/** @param colour false when `--no-color` was given */
export function openTerminal(colour: boolean): Terminal {
  const { TERM } = process.env
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outLook: lookOf(process.stdout, colour),
    errLook: lookOf(process.stderr, colour),
    errIsTerminal: process.stderr.isTTY === true && TERM !== 'dumb',
  }
}

function lookOf(stream: NodeJS.WriteStream, colour: boolean): Look {
  const { NO_COLOR, TERM } = process.env
  return {
    colour: colour && stream.isTTY === true && !NO_COLOR && TERM !== 'dumb',
    unicode: speaksUtf8(),
    columns: Math.max(60, Math.min(100, stream.isTTY ? stream.columns || 80 : 100)),
  }
}

/** The locale's character set, by POSIX precedence; nothing set means the C locale, which is ASCII. macOS terminals are always UTF-8. */
function speaksUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env
  const locale = LC_ALL || LC_CTYPE || LANG || (process.platform === 'darwin' ? 'UTF-8' : '')
  return /utf-?8/i.test(locale)
}

/** A reader that went away (`| head`) is no error; anything else on a stream is, and is said where it can be. */
export function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      if (stream === process.stdout) {
        process.stderr.write(`sweepwatch: standard output cannot be written: ${error.message}\n`)
      }
      process.exit(1)
    })
  }
}
