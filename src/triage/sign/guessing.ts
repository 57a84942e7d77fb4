import { duration, several } from '../../base/quantity.ts'
import { isoTime } from '../../base/time.ts'
import type { Notable } from '../../case/activity/activity.ts'
import type { Sign } from '../../case/case.ts'
import { beyondProbe, contactSign, hostOf, notableSign, type Scene, type SignSource } from './sign.ts'

/** Services that ask for a password before all else (IANA names: ftp, ssh, telnet, pop3, imap, ldap, smtp submission, databases, rdp, vnc, winrm, winbox). */
const loginPorts = new Set([21, 22, 23, 110, 143, 389, 445, 587, 1433, 3306, 3389, 5432, 5900, 5985, 5986, 6379, 8291])
/** Connections of one source to one such service: people do not reconnect so often, and each was answered and talked. */
const fewestConnections = 10
const fewestFailures = 5

/** The actor guessed passwords: logins that failed by the log of the service, or many short sessions where there is no log. */
export default {
  id: 'guessing',
  find(scene) {
    return [...scene.actors].flatMap((actor) => [...fromLogins(scene, actor), ...fromContacts(scene, actor)])
  },
} satisfies SignSource

function fromLogins(scene: Scene, actor: string): Sign[] {
  const failed = Map.groupBy(
    scene.activity.notables(actor, 'src').filter(({ succeeded }) => succeeded === false),
    (notable) => hostOf(scene, notable),
  )
  return [...failed].flatMap(([host, records]) => {
    const count = total(records)
    if (count < fewestFailures) return []
    const names = new Set(records.map(({ texts }) => texts.user ?? ''))
    const sign = notableSign('guessing', records[0]!, host, {
      confidence: Math.min(0.95, 0.6 + count / 100),
      text: `${actor} failed to log in to ${host} ${several(count, 'time')}, with ${several(names.size, 'account name')}.`,
      shows: 'the first login that failed',
    })
    return {
      ...sign,
      count,
      last: records
        .map(({ pointer }) => pointer.at ?? sign.last)
        .sort()
        .at(-1)!,
    }
  })
}

function fromContacts(scene: Scene, actor: string): Sign[] {
  return scene.activity
    .contacts(actor, 'src', (contact) => {
      const talked =
        contact.established && (contact.data || contact.replyData || contact.bytesIn > 200 * contact.repeats)
      return loginPorts.has(contact.port) && talked && beyondProbe(scene, contact).count >= fewestConnections
    })
    .filter(({ dst, port }) => scene.answered.get(dst)?.has(port))
    .map((contact) => {
      const { count, begins } = beyondProbe(scene, contact)
      return contactSign(scene, 'guessing', contact, contact.dst, {
        confidence: Math.min(0.9, 0.5 + count / 150),
        text:
          `${actor} connected ${several(count, 'time')} to ${contact.dst} ${contact.protocol}/${contact.port}, a service that asks for a login, ` +
          `within ${duration(contact.last / 1000 - Date.parse(begins.at ?? isoTime(contact.at)))}: like guessing passwords. Whether one was right these records do not tell.`,
        shows: 'the first of these connections',
      })
    })
}

function total(records: readonly Notable[]): number {
  return records.reduce((sum, { count }) => sum + count, 0)
}
