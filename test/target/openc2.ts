import { Consumer } from './consumer.ts'
import { Peer } from './peer.ts'
import type { Sample } from './sample.ts'

export default {
  open: async () => {
    const peer = await Peer.start(new Consumer().answer)
    return {
      settings: { kind: 'openc2', url: peer.url, timeout: 2, actuator: { named_group: 'perimeter' } },
      breakIt: async () => {
        await peer.close()
        return /no answer: .*ECONNREFUSED/
      },
      close: () => peer.close(),
    }
  },
  refused: [
    [{ kind: 'openc2', url: 'openc2.example.org' }, /no http or https URL/],
    [{ kind: 'openc2', url: 'https://127.0.0.1', certFile: 'c' }, /certFile and keyFile/],
    [{ kind: 'openc2', url: 'http://127.0.0.1', tokenFile: 't' }, /without TLS/],
    [{ kind: 'openc2', url: 'https://127.0.0.1', actuator: { asset_id: 'a"b' } }, /letters, digits/],
    [{ kind: 'openc2', url: 'https://127.0.0.1', timeout: 3600 }, /at most 60/],
  ],
} satisfies Sample
