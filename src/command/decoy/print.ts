import { duration, several } from '../../base/quantity.ts'
import { isoTime } from '../../base/time.ts'
import { toldObject } from '../../decoy/record/line.ts'
import type { Ending, Told, Touch } from '../../decoy/record/touch.ts'
import { clipped, jsonLine, printable } from '../../report/escape.ts'
import { glyphs, paint } from '../../report/look.ts'
import type { Terminal } from '../terminal.ts'

const longestWord = 60
const endings: Readonly<Record<Ending, string>> = {
  client: '',
  decoy: '',
  idle: 'fell silent',
  time: 'out of time',
  bytes: 'too many bytes',
  limit: 'no room',
  'half-open': 'half-open',
  stopped: 'cut by the end',
  error: 'not understood',
}

/** Prints each touch as one line; as JSON, what is written into the log. */
export function printer(terminal: Terminal, isJson: boolean): (told: Told) => void {
  if (isJson) return (told) => terminal.out(`${jsonLine(toldObject(told))}\n`)
  return (told) => {
    if (told.kind === 'touch') terminal.out(touchLine(told, terminal))
  }
}

function touchLine(touch: Touch, { outLook }: Terminal): string {
  const { service, transport, src, srcPort, dst, dstPort, isGuess } = touch
  const name = transport === 'udp' ? `${service}/udp` : service
  const target = isGuess ? 'unknown target' : ends(dst, dstPort)
  const facts = [
    endings[touch.ended],
    touch.duration > 0 ? duration(touch.duration / 1000) : '',
    touch.bytesIn > 0 ? `${several(touch.bytesIn, 'byte')} in` : '',
    touch.logins > 0 ? several(touch.logins, 'login') : '',
    touch.user === undefined ? '' : `user ${clipped(touch.user, longestWord)}`,
    learned(touch),
  ]
  const at = paint(outLook, 'dim', `${isoTime(touch.at).slice(0, 19).replace('T', ' ')}Z`)
  const who = src === undefined ? 'unknown source' : ends(src, srcPort ?? 0)
  const arrow = glyphs(outLook).to
  return `${at} ${paint(outLook, 'bold', name.padEnd(8))} ${who} ${arrow} ${target}  ${facts.filter(Boolean).join(', ')}\n`
}

/** The one thing that says most. */
function learned({ clientBanner, httpMethod, uri, userAgent, message, payload }: Touch): string {
  if (httpMethod !== undefined) {
    return clipped(`${httpMethod} ${uri ?? ''}${userAgent === undefined ? '' : ` (${userAgent})`}`, 2 * longestWord)
  }
  if (clientBanner !== undefined) return clipped(clientBanner, longestWord)
  if (message !== undefined) return clipped(message, 2 * longestWord)
  return payload === undefined || payload.length === 0
    ? ''
    : clipped(JSON.stringify(payload.toString('latin1', 0, 40)), longestWord)
}

function ends(address: string, port: number): string {
  return printable(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)
}
