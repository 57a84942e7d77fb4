import { appendFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sample } from './sample.ts'

const serve = { port: 0 }

export default {
  open: async (folder) => {
    const list = join(folder, 'state', 'list.txt')
    return {
      settings: { kind: 'palo-alto', serve },
      flush: () => rm(list),
      enter: (network) => appendFile(list, `${network} known bad\n`),
      breakIt: async () => {
        await mkdir(list)
        return /list\.txt cannot be read/
      },
      close: async () => {},
    }
  },
  refused: [
    [{ kind: 'palo-alto', mostEntries: 200_000 }, /150000/],
    [{ kind: 'palo-alto', serve: { port: 8443, user: 'fw' } }, /user and passwordFile/],
    [{ kind: 'palo-alto', serve: { port: 8443, certFile: 'c' } }, /certFile and keyFile/],
    [{ kind: 'palo-alto', serve: { port: 8443, user: 'fw', passwordFile: 'p' } }, /TLS/],
    [{ kind: 'palo-alto', serve: { port: 8443, urlPath: '/../a b' } }, /begins with/],
    [{ kind: 'palo-alto', serve: { port: 8443, address: 'localhost' } }, /no address/],
    [{ kind: 'palo-alto', serve: { port: 8443, allow: ['everybody'] } }, /no network/],
    [{ kind: 'palo-alto', serve: { port: 8443, password: 'secret' } }, /password/],
  ],
} satisfies Sample
