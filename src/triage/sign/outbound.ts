import { bytes } from '../../base/quantity.ts'
import type { Contact } from '../../case/activity/activity.ts'
import type { Sign } from '../../case/case.ts'
import { isKnownPeer, outboundOf } from './outbound-contacts.ts'
import { contactSign, type Scene, type SignSource } from './sign.ts'

/** Less than this is not called unusual, whatever the baseline. */
const fewestBytes = 2 ** 20
const lopsided = 10
/** Without so many days behind it "never before" says little. */
const enoughDays = 7
/** Standard deviations above the host's own mean. */
const deviations = 3

/**
 * A touched host sent much out: against its own baseline where there is one; else more than 1 MiB at more than ten times what
 * came in, to the actor or to an address that it had not used before the scan, with less confidence. That it was not to the actor
 * leaves much doubt: in the evaluation set backups to new addresses were as many as data carried off.
 */
export default {
  id: 'outbound-volume',
  find(scene) {
    return [...scene.answered.keys()].flatMap((host) =>
      outboundOf(scene, host).flatMap((contact) => volumeOf(scene, host, contact) ?? []),
    )
  },
} satisfies SignSource

function volumeOf(scene: Scene, host: string, contact: Contact): Sign | undefined {
  if (contact.bytesOut < fewestBytes || contact.bytesOut < lopsided * contact.bytesIn) return undefined
  const usual = scene.baseline.outbound(host)
  const toActor = scene.actors.has(contact.dst)
  const isNew = !isKnownPeer(scene, host, contact)
  if (usual !== undefined && usual.days >= enoughDays) {
    const limit = usual.mean + deviations * usual.deviation
    if (contact.bytesOut <= Math.max(limit, fewestBytes) && !toActor) return undefined
    return sign(
      scene,
      contact,
      host,
      toActor ? 0.97 : isNew ? 0.65 : 0.6,
      `${bytes(usual.mean)} a day is usual for it over ${usual.days} days`,
    )
  }
  if (!toActor && !isNew) return undefined
  return sign(scene, contact, host, toActor ? 0.95 : 0.6, 'nothing is known of what is usual for it')
}

function sign(scene: Scene, contact: Contact, host: string, confidence: number, against: string): Sign {
  return contactSign(scene, 'outbound-volume', contact, host, {
    confidence,
    text:
      `${host} sent ${bytes(contact.bytesOut)} to ${contact.dst} on ${contact.protocol}/${contact.port} and got ` +
      `${bytes(contact.bytesIn)} back: like data carried off (${against}).`,
    shows: 'the beginning of the transfer',
  })
}
