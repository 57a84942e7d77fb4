import { hostname } from 'node:os'
import { now } from '../base/clock.ts'
import { isoTime } from '../base/time.ts'
import type { Case } from '../case/case.ts'
import { machine } from '../case/fold.ts'
import { openChannels } from '../notify/channels.ts'
import { Notifier, type Told } from '../notify/notifier.ts'
import type { NotifySettings } from '../notify/settings.ts'
import type { CaseStore } from '../store/case-store.ts'
import { SqliteOutbox } from '../store/outbox.ts'

/** An attempt may take so long; a mail server may be silent for so long. Milliseconds. */
const patience = 20_000
const silence = 10_000

/** For so long it is remembered what was told, so that a case that stays open is not told of twice. Milliseconds. */
const memory = 400 * 86_400_000

/** Opens the channels over the outbox of a state directory. @throws Problem `notify` for a secret that cannot be used */
export async function openNotifier(settings: NotifySettings, store: CaseStore): Promise<Notifier> {
  const channels = await openChannels(settings, hostname(), silence)
  const outbox = new SqliteOutbox(store.database)
  outbox.forget(now() / 1000 - memory)
  return new Notifier({
    settings,
    channels,
    outbox,
    now: () => now() / 1000,
    patience,
  })
}

/** Puts a case that a person escalated into the outbox, where channels are configured; the service, `watch` or `notify` sends it. */
export async function offerToTell(settings: NotifySettings | undefined, store: CaseStore, one: Case): Promise<void> {
  if (settings === undefined) return
  const notifier = await openNotifier(settings, store)
  notifier.offer(one)
}

/** Writes a delivery into the history of the cases it told of. */
export function noteDelivery(store: CaseStore, { channel, delivery, cases, result, reason }: Told): void {
  if (result !== 'delivered') return
  for (const id of cases) {
    if (store.has(id)) {
      store.append(id, [{ at: isoTime(now()), author: machine, reason, body: { kind: 'notified', channel, delivery } }])
    }
  }
}
