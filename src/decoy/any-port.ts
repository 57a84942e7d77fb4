import { Gathered } from './bytes.ts'
import { services } from './service/registry.ts'
import type { Conversation, Talk } from './service/service.ts'

const enough = 64

/**
 * A port of no service of its own: it waits for the client to speak, and goes on as the service whose client speaks like that. Who
 * waits for a banner gets none, as from many servers.
 */
export function openAnyPort(talk: Talk): Conversation {
  const head = new Gathered()
  let found: Conversation | undefined
  return {
    received(bytes) {
      if (found !== undefined) {
        found.received(bytes)
        return
      }
      if (!head.add(bytes)) return
      const service = services.find(
        ({ transports, claims }) => transports.includes(talk.transport) && claims?.(head.bytes.subarray(0, enough)),
      )
      if (service === undefined) return
      found = service.open(talk)
      found.received(head.bytes)
    },
    closed: () => found?.closed?.(),
  }
}
