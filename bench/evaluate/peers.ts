import { existsSync, readFileSync } from 'node:fs'

/** What another detector said of one capture: `yes`, `no`, or how many false alarms; as measured, in its own words. */
export interface Peers {
  readonly snort: string
  readonly psad: string
  readonly crowdsec: string
}

/**
 * Reads the table of what Snort (its three sensitivities), psad (on the log of all new connections) and CrowdSec found
 * on the same captures; empty where the file is absent.
 */
export function readPeers(path: string): ReadonlyMap<string, Peers> {
  const peers = new Map<string, Peers>()
  if (!existsSync(path)) return peers
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim())
    const [, name = '', truth] = cells
    if (truth !== 'scan' && truth !== 'benign') continue
    const snort = cells.slice(4, 7).map(short).join('/')
    peers.set(name, { snort, psad: short(cells[8]), crowdsec: short(cells[10]) })
  }
  return peers
}

function short(cell = ''): string {
  if (cell === '' || cell === '-' || cell.startsWith('- ')) return '–'
  if (cell.startsWith('FA')) return 'false alarm'
  if (cell === 'NO') return 'no'
  if (cell === 'timeout') return 'timeout'
  if (cell.startsWith('yes')) return 'yes'
  return cell.replace(/ DL\d/g, '').replace(/FA (\d+).*/, '+ $1 false')
}
