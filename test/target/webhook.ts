import { createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Heard, Peer, type Said } from './peer.ts'
import type { Sample } from './sample.ts'

const secret = 'a secret of some length'

/** Takes what is signed, and nothing else. */
export function receiver({ method, headers, body }: Heard): Said {
  const stamp = headers['x-sweepwatch-timestamp']
  const wanted = `sha256=${createHmac('sha256', secret).update(`${stamp}.${body}`).digest('hex')}`
  const isKnown = /^[\da-f]{32}$/.test(String(headers['x-sweepwatch-delivery']))
  if (method !== 'POST' || headers['content-type'] !== 'application/json' || !isKnown) return { status: 400 }
  return { status: headers['x-sweepwatch-signature'] === wanted ? 204 : 401 }
}

export async function webhookSettings(folder: string, url: string): Promise<object> {
  const secretFile = join(folder, 'secret')
  await writeFile(secretFile, `${secret}\n`, { mode: 0o600 })
  return { kind: 'webhook', url, secretFile, timeout: 2 }
}

export default {
  open: async (folder) => {
    const peer = await Peer.start(receiver)
    return {
      settings: {
        ...(await webhookSettings(folder, `${peer.url}/in?x=1`)),
        receiver: { expire: true, throttle: true, ports: true, direction: true },
      },
      breakIt: async () => {
        await peer.close()
        return /no answer: .*ECONNREFUSED/
      },
      close: () => peer.close(),
    }
  },
  refused: [
    [{ kind: 'webhook', url: 'http://127.0.0.1' }, /secretFile/],
    [{ kind: 'webhook', url: 'http://127.0.0.1', secretFile: 's', secret: 'x' }, /secret/],
    [{ kind: 'webhook', url: 'http://a:b@127.0.0.1', secretFile: 's' }, /holds a name or password/],
    [{ kind: 'webhook', url: 'http://127.0.0.1', secretFile: 's', receiver: { list: true } }, /list/],
  ],
} satisfies Sample
