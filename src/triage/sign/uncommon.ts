import type { SignSource } from './sign.ts'

/** A program or a machine that uses the network as it never did, on a host that was touched, after it was (requirement D9). */
export default {
  id: 'uncommon',
  find(scene) {
    return scene.uncommon.flatMap((found) => {
      const host = found.address
      if (host === null || !scene.answered.has(host) || Date.parse(found.last) * 1000 < scene.first) return []
      return {
        kind: 'uncommon' as const,
        host,
        peer: found.destinations[0] ?? null,
        port: found.ports[0] ?? null,
        first: found.first,
        last: found.last,
        count: found.targets,
        bytesOut: 0,
        bytesIn: 0,
        confidence: 0.7,
        text: found.because[0] ?? `${host} uses the network as it never did before.`,
        evidence: found.evidence.slice(0, 4).map((pointer) => ({ ...pointer, shows: 'an unusual contact' })),
      }
    })
  },
} satisfies SignSource
