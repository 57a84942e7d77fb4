import { count, ranges, several } from '../base/quantity.ts'
import type { Uncommon } from '../detect/finding.ts'

/** `svc.exe on pc-7 (192.0.2.50), never seen there before, reached 252 addresses on port 445`. Plain text: the caller escapes it. */
export function uncommonHeadline(item: Uncommon): string {
  const what = {
    process: 'never seen there before, reached',
    pair: 'known there, suddenly reached',
    host: 'which never opened a connection before, reached',
  }[item.what]
  return `${uncommonWho(item)}, ${what} ${several(item.targets, 'address', 'addresses')}${portsOf(item)}`
}

/** The program with its machine and account; the address alone where that is all there is. */
function uncommonWho({ what, process, host, address, user }: Uncommon): string {
  if (what === 'host') return address ?? 'an unknown address'
  const about = [address, user].filter((part) => part !== null).join(', ')
  return `${process} on ${host ?? 'an unnamed machine'}${about === '' ? '' : ` (${about})`}`
}

/** Where the records begin that show it. */
export function uncommonRecords({ evidence }: Uncommon): string {
  const [first] = evidence
  if (first === undefined) return ''
  return `${first.source} at byte ${count(first.offset)}${evidence.length > 1 ? ` and ${evidence.length - 1} more` : ''}`
}

function portsOf({ ports }: Uncommon): string {
  if (ports.length === 0) return ''
  return ` on ${ports.length === 1 ? 'port' : 'ports'} ${ranges(ports, 6)}`
}
