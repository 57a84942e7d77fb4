import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Lab } from '../../test/decoy-lab.ts'
import { decoyUser, type Line, RunningDecoy } from '../../test/decoy-parts.ts'

const target = '203.0.113.1'
const source = '203.0.113.67'
const ports = '21,22,23,80,443,445,3306,3389,5060,5900,6379,8080,8443,9999'
/** After the last client, the last session may last so long. */
const quietMs = 10_000
const sampleMs = 1000

export interface Soak {
  readonly seconds: number
  /** Of the kernel and of the generator, which the log must equal. */
  readonly taken: number
  readonly touches: number
  readonly generated: { readonly connections: number; readonly flows: number; readonly refused: number }
  readonly generatedTouches: { readonly connections: number; readonly flows: number }
  readonly repeated: number
  readonly withoutSource: number
  readonly opened: number
  readonly endings: Readonly<Record<string, number>>
  /** Bytes of memory: medians of the second and the last quarter, and the most. */
  readonly memory: { readonly early: number; readonly late: number; readonly most: number }
  readonly loops: { readonly nmap: number; readonly masscan: number }
}

/** nmap -sV, masscan --banners, logins and random bytes against a decoy in a network made here, for so many seconds. */
export async function soak(seconds: number): Promise<Soak> {
  const lab = new Lab()
  const words = ['--listen', target, '--port', 'any=9999', '--user', decoyUser]
  const decoy = await RunningDecoy.start(lab.decoy, words)
  const memory: number[] = []
  const sampler = setInterval(() => memory.push(memoryOf(decoy.pid)), sampleMs)
  try {
    const end = Date.now() + seconds * 1000
    const generator = ['bench', 'decoy', 'generator.ts']
    const path = join(import.meta.dirname, '..', '..', ...generator)
    const [said, nmap, masscan] = await Promise.all([
      lab.run([process.execPath, path, target, source, String(seconds)], (seconds + 60) * 1000),
      repeat(end, () => lab.run(['nmap', '-n', '-Pn', '-sV', '-T5', '-p', ports, target])),
      repeat(end, () => lab.run(masscanOf(lab))),
    ])
    await wait(quietMs)
    const { taken, opened } = lab.connections()
    clearInterval(sampler)
    await decoy.end('SIGTERM')
    const generated = JSON.parse(said) as Soak['generated']
    return {
      seconds,
      taken,
      opened,
      generated,
      ...tallied(decoy.touches()),
      memory: flatness(memory),
      loops: { nmap, masscan },
    }
  } finally {
    clearInterval(sampler)
    await decoy.remove()
    lab.remove()
  }
}

/** It has a TCP of its own, at an address that the kernel does not know. */
function masscanOf(lab: Lab): string[] {
  const mac = /link\/ether (\S+)/.exec(lab.decoy.run(['ip', 'link', 'show', 'lab1']))?.[1] ?? ''
  const own = ['--source-ip', '203.0.113.200', '-e', 'lab0', '--router-mac', mac.replaceAll(':', '-')]
  return ['masscan', target, '-p', ports, '--banners', '--rate', '100', '--wait', '5', ...own]
}

async function repeat(end: number, act: () => Promise<string>): Promise<number> {
  let loops = 0
  while (Date.now() < end) {
    await act()
    loops++
  }
  return loops
}

function tallied(touches: readonly Line[]) {
  const tcp = touches.filter(({ transport }) => transport === 'tcp')
  const endings: Record<string, number> = {}
  for (const { ended = '' } of touches) endings[ended] = (endings[ended] ?? 0) + 1
  const from = touches.filter(({ src }) => src === source)
  return {
    touches: tcp.length,
    generatedTouches: {
      connections: from.filter(({ transport }) => transport === 'tcp').length,
      flows: from.filter(({ transport }) => transport === 'udp').length,
    },
    repeated: touches.length - new Set(touches.map(({ id }) => id)).size,
    withoutSource: touches.filter(({ src }) => src === undefined).length,
    endings,
  }
}

function memoryOf(pid: number): number {
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

function flatness(samples: readonly number[]): Soak['memory'] {
  const quarter = Math.floor(samples.length / 4)
  const median = (part: readonly number[]) => [...part].sort((a, b) => a - b)[Math.floor(part.length / 2)] ?? 0
  return {
    early: median(samples.slice(quarter, 2 * quarter)),
    late: median(samples.slice(-quarter)),
    most: Math.max(...samples),
  }
}

/** What a soak shows that it must not; nothing where all is well. */
export function faultsOf(result: Soak): string[] {
  const { taken, touches, generated, generatedTouches, repeated, opened, memory, withoutSource } = result
  const faults: string[] = []
  if (touches !== taken) faults.push(`the kernel took ${taken} connections, ${touches} were told`)
  if (generatedTouches.connections + withoutSource < generated.connections) {
    faults.push(`${generated.connections} connections were made, ${generatedTouches.connections} told`)
  }
  if (generatedTouches.connections > generated.connections + generated.refused)
    faults.push('more was told than was made')
  if (generatedTouches.flows !== generated.flows)
    faults.push(`${generated.flows} flows, ${generatedTouches.flows} told`)
  if (repeated > 0) faults.push(`${repeated} told twice`)
  if (opened > 0) faults.push(`${opened} connections were opened`)
  if (memory.late > 1.15 * memory.early + 16e6) faults.push(`memory grew from ${memory.early} to ${memory.late}`)
  return faults
}
