import type { Contact } from '../../case/activity/activity.ts'
import type { Scene } from './sign.ts'

/** Contacts of a host of ours with the outside that went on after the scan began. */
export function outboundOf(scene: Scene, host: string): Contact[] {
  return scene.activity.contacts(host, 'src', ({ dst, established, last, ...contact }) => {
    const cameToSomething = established || contact.data || contact.bytesIn > 0
    return last >= scene.first && cameToSomething && !scene.activity.isOwn(dst)
  })
}

/** Whether the host used this address before the scan, by these records or by what is remembered. */
export function isKnownPeer(scene: Scene, host: string, contact: Contact): boolean {
  return contact.at < scene.first || scene.baseline.knew(host, contact.dst)
}
