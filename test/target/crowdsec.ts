import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { key, Lapi, machine, password } from './lapi.ts'
import { Peer } from './peer.ts'
import type { Sample } from './sample.ts'

const files = { passwordFile: 'p', keyFile: 'k' }

/** Settings for a local API, with its secrets in files. */
export async function crowdSecSettings(folder: string, url: string): Promise<object> {
  const [passwordFile, keyFile] = [join(folder, 'password'), join(folder, 'key')]
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  await writeFile(keyFile, `${key}\n`, { mode: 0o600 })
  return { kind: 'crowdsec', url, machine, passwordFile, keyFile, timeout: 2 }
}

export default {
  open: async (folder) => {
    const lapi = new Lapi()
    const peer = await Peer.start(lapi.answer)
    return {
      settings: await crowdSecSettings(folder, peer.url),
      enter: async (network) =>
        lapi.add({
          origin: 'cscli',
          type: 'ban',
          scope: 'Ip',
          value: network.replace('/32', ''),
          scenario: 'manual',
          until: Date.now() + 3_600_000,
        }),
      breakIt: async () => {
        await peer.close()
        return /no answer: .*ECONNREFUSED/
      },
      close: () => peer.close(),
    }
  },
  refused: [
    [{ kind: 'crowdsec', url: 'ftp://127.0.0.1', machine: 'm', ...files }, /no http or https URL/],
    [{ kind: 'crowdsec', url: 'http://u:p@127.0.0.1', machine: 'm', ...files }, /holds a name or password/],
    [{ kind: 'crowdsec', url: 'http://127.0.0.1', machine: 'a b', ...files }, /name of a machine/],
    [{ kind: 'crowdsec', url: 'http://127.0.0.1', machine: 'm', password: 'x', ...files }, /password/],
    [{ kind: 'crowdsec', url: 'http://127.0.0.1', machine: 'm', passwordFile: 'p' }, /keyFile/],
  ],
} satisfies Sample
