import { bytes } from '../../base/quantity.ts'
import { isKnownPeer, outboundOf } from './outbound-contacts.ts'
import { contactSign, type SignSource } from './sign.ts'

const enoughDays = 7

/** A touched host opened a connection to the actor, or, where its past is known, to an address that it never used. */
export default {
  id: 'first-destination',
  find(scene) {
    return [...scene.answered.keys()].flatMap((host) =>
      outboundOf(scene, host).flatMap((contact) => {
        // What has no handshake may be an answer whose question was not seen.
        if (contact.protocol !== 'tcp' || isKnownPeer(scene, host, contact)) return []
        const toActor = scene.actors.has(contact.dst)
        if (!toActor && scene.baseline.days < enoughDays) return []
        const what = toActor
          ? `${host} opened a connection to ${contact.dst}, which had scanned it`
          : `${host} opened a connection to ${contact.dst}, which it had not used in ${scene.baseline.days} days`
        return contactSign(scene, 'first-destination', contact, host, {
          // Back to the scanner: none in the evaluation set was ordinary. To any new address: most were.
          confidence: toActor ? 0.95 : 0.4,
          text: `${what}: ${contact.protocol}/${contact.port}, ${bytes(contact.bytesOut)} out.`,
          shows: 'the first contact',
        })
      }),
    )
  },
} satisfies SignSource
