import { several } from '../../base/quantity.ts'
import { isAdmin } from '../../event/port-kinds.ts'
import { beyondProbe, contactSign, type SignSource } from './sign.ts'

const enoughDays = 7

/** A touched host administers another of ours as it never did. Without a past, only what its own scan does not explain counts a little. */
export default {
  id: 'admin-pair',
  find(scene) {
    const scanned = new Set(scene.inside.flatMap(({ open }) => open.map(({ address, port }) => `${address} ${port}`)))
    return [...scene.answered.keys()].flatMap((host) =>
      scene.activity
        .contacts(host, 'src', ({ dst, port, at, established, data, replyData }) => {
          const talked = established && (data || replyData)
          return isAdmin(port) && talked && at >= scene.first && dst !== host && scene.activity.isOwn(dst)
        })
        .filter(({ dst, port }) => !scene.baseline.administered(host, dst, port))
        .filter(({ dst, port }) => scene.baseline.days >= enoughDays || scanned.has(`${dst} ${port}`))
        .map((contact) =>
          contactSign(scene, 'admin-pair', contact, host, {
            // Half of those in the evaluation set were administrators who went on from there.
            confidence: scene.baseline.days >= enoughDays ? 0.7 : 0.6,
            text: `${host} uses ${contact.protocol}/${contact.port} of ${contact.dst} as it never did before: ${several(beyondProbe(scene, contact).count, 'connection')}.`,
            shows: 'the first contact',
          }),
        ),
    )
  },
} satisfies SignSource
