import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { CaseStore } from '../src/store/case-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-engine-'))
const program = join(import.meta.dirname, '../src/cli.ts')
const log = join(folder, 'fw.log')
const config = join(folder, 'sweepwatch.yaml')
const state = join(folder, 'state')
const words = [program, 'serve', '--config', config, '--listen', '127.0.0.1:0']
let service: ChildProcess
let said = ''

writeFileSync(log, '')
writeFileSync(config, JSON.stringify({ networks: ['192.0.2.0/24'], sources: [log], state }))
after(() => {
  service.kill('SIGKILL')
  rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 200 })
})

async function start(): Promise<void> {
  said = ''
  service = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [service.stdout, service.stderr]) stream?.on('data', (text) => (said += text))
  await until(
    () => said.includes('listens on'),
    () => said,
  )
}

async function until(isSo: () => boolean, about: () => string): Promise<void> {
  const end = performance.now() + 30_000
  while (!isSo() && performance.now() < end) await wait(50)
  assert.ok(isSo(), about())
}

/** Pids of the watch that the service runs. */
function engines(): number[] {
  const children = readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8').trim().split(' ')
  return children
    .map(Number)
    .filter((pid) => pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0watch\0'))
}

const casesNow = () => {
  const store = CaseStore.open(state)
  const count = store.count()
  store.close()
  return count
}

/** A sweep of 200 addresses as the kernel logs it. */
function sweep(source: string): void {
  const at = Math.floor(Date.now() / 1000)
  const line = (k: number) =>
    `${new Date((at - 100 + k / 4) * 1000).toISOString()} fw kernel: DROP IN=eth0 OUT= SRC=${source} DST=192.0.2.${k} LEN=44 TTL=50 ID=${k} PROTO=TCP SPT=40000 DPT=443 WINDOW=1024 SYN URGP=0\n`
  appendFileSync(log, Array.from({ length: 200 }, (_, k) => line(k + 1)).join(''))
}

test('the service follows its sources, also after its engine and after it was itself killed, and ends in good order', async () => {
  await start()
  await until(
    () => engines().length === 1,
    () => said,
  )
  sweep('198.51.100.7')
  await until(
    () => casesNow() === 1,
    () => said,
  )

  const second = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 20_000 })
  assert.match(second.stderr, /a service is running on the state directory/)

  const [killed] = engines() as [number]
  process.kill(killed, 'SIGKILL')
  await until(
    () => engines().some((pid) => pid !== killed),
    () => said,
  )
  assert.match(said, /started again in 1 s/)

  const [orphan] = engines() as [number]
  service.kill('SIGKILL')
  await once(service, 'exit')
  sweep('203.0.113.9')
  await start()
  await until(
    () => engines().length === 1 && casesNow() === 2,
    () => said,
  )
  assert.throws(() => process.kill(orphan, 0), { code: 'ESRCH' })

  const [last] = engines() as [number]
  service.kill('SIGTERM')
  const [code] = await once(service, 'exit')
  assert.equal(code, 0, said)
  assert.throws(() => process.kill(last, 0), { code: 'ESRCH' })
})
