import type { KnownPattern } from './pattern.ts'

export default {
  id: 'banner-grab',
  find({ scans }) {
    const scan = scans.find(({ methods }) => methods.includes('banner'))
    if (scan === undefined) return undefined
    const named = (scan.content ?? []).slice(0, 4).map(({ name, count, example }) => `${name}, ${count} ×: ${example}`)
    return {
      id: 'banner-grab',
      name: 'Banner grabbing',
      purpose: 'Reading software and versions off services, to choose an exploit.',
      because: named.length > 0 ? named : ['It connected, let the service speak, and left.'],
      references: ['T1595.002', 'T1592.002'],
    }
  },
} satisfies KnownPattern
