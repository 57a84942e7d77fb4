import { bytes, several } from '../../base/quantity.ts'
import type { Contact } from '../../case/activity/activity.ts'
import { beyondProbe, contactSign, type Scene, type SignSource } from './sign.ts'

/** What is less is a banner that was read. */
const fewestBytes = 4096

/** The actor came back to a service that had answered, and talked to it. */
export default {
  id: 'session',
  find(scene) {
    return sessionsOf(scene).map(({ contact, host }) => {
      const { count } = beyondProbe(scene, contact)
      return contactSign(scene, 'session', contact, host, {
        confidence: scene.named.has(contact.src) ? 0.9 : 0.6,
        text:
          `${contact.src} used ${contact.protocol}/${contact.port} of ${host} beyond probing it: ${several(count, 'connection')}, ` +
          `${bytes(contact.bytesOut)} in and ${bytes(contact.bytesIn)} out.`,
        shows: 'the first contact of these',
      })
    })
  },
} satisfies SignSource

/** Contacts of the actors with services that answered, in which more happened than a probe. */
function sessionsOf(scene: Scene): { contact: Contact; host: string }[] {
  const found: { contact: Contact; host: string }[] = []
  for (const actor of scene.actors) {
    const contacts = scene.activity.contacts(
      actor,
      'src',
      ({ dst, port, established, bytesOut, bytesIn, ...contact }) => {
        if (!established || !scene.answered.get(dst)?.has(port)) return false
        const talked = contact.data || contact.replyData || Math.min(bytesOut, bytesIn) > fewestBytes
        return talked && bytesOut + bytesIn >= fewestBytes
      },
    )
    for (const contact of contacts) found.push({ contact, host: contact.dst })
  }
  return found
}
