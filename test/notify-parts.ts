import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { escalated } from '../fixtures/case/sample.ts'
import type { Case } from '../src/case/case.ts'
import type { Channel, Sent } from '../src/notify/channel.ts'
import { type Notice, noticeOf } from '../src/notify/notice.ts'
import type { Delivery } from '../src/notify/outbox.ts'
import type { NotifySettings } from '../src/notify/settings.ts'
import { SqliteOutbox } from '../src/store/outbox.ts'
import { outboxMigrations } from '../src/store/outbox-schema.ts'

export const start = Date.parse('2026-11-22T04:00:00.000Z')

export const settings: NotifySettings = {
  group: 60,
  minimum: 'low',
  perHour: 3600,
  burst: 100,
  attempts: 4,
  link: 'https://console.example.org/cases/{id}',
  channels: {},
}

/** An escalated case of its own. */
export function escalatedCase(number: number, changed: Partial<Case> = {}): Case {
  return { ...escalated, id: `c-${number}`, title: `case ${number}`, ...changed }
}

export function notice(number: number, changed: Partial<Case> = {}): Notice {
  const made = noticeOf(escalatedCase(number, changed), 'low')
  if (made === undefined) throw new Error('the case is not told')
  return made
}

export function delivery(changed: Partial<Delivery> = {}): Delivery {
  return {
    id: '0f2c1f0e-0000-5000-8000-000000000001',
    channel: 'soc',
    notices: [notice(1), notice(2)],
    omitted: 0,
    attempts: 1,
    created: start,
    ...changed,
  }
}

/** An outbox in memory, or in a file that can be opened again. */
export function openOutbox(file = ':memory:'): { outbox: SqliteOutbox; database: DatabaseSync } {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON')
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version === 0) {
    for (const step of outboxMigrations) database.exec(step)
    database.exec('PRAGMA user_version = 1')
  }
  return { outbox: new SqliteOutbox(database), database }
}

/** A channel that notes what it is sent and answers as told. */
export class ListedChannel implements Channel {
  readonly name: string
  readonly got: Delivery[] = []
  readonly #answer: (delivery: Delivery) => Sent | Promise<Sent>

  constructor(
    name: string,
    answer: (delivery: Delivery) => Sent | Promise<Sent> = () => ({ kind: 'delivered', detail: '' }),
  ) {
    this.name = name
    this.#answer = answer
  }

  async send(made: Delivery): Promise<Sent> {
    this.got.push(made)
    return this.#answer(made)
  }
}

/** A key and a certificate for localhost that is its own authority. Undefined where openssl is missing. */
export function selfSigned(): { key: string; cert: string; file: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  try {
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1'
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30']
    execFileSync(
      'openssl',
      ['req', '-x509', ...kind, '-keyout', key, '-out', cert, '-subj', '/CN=localhost', '-addext', names],
      { stdio: 'ignore' },
    )
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), file: cert }
  } catch {
    return undefined
  }
}
