import { several } from '../../base/quantity.ts'
import type { KnownPattern } from './pattern.ts'

export default {
  id: 'credential-spraying',
  find({ signs }) {
    const guesses = signs.filter(({ kind }) => kind === 'guessing')
    if (guesses.length === 0) return undefined
    const hosts = new Set(guesses.map(({ host }) => host)).size
    const attempts = guesses.reduce((sum, { count }) => sum + count, 0)
    return {
      id: hosts > 1 ? 'credential-spraying' : 'password-guessing',
      name: hosts > 1 ? 'Credential spraying after the scan' : 'Password guessing after the scan',
      purpose: 'Getting in with a password that somebody chose badly or used twice.',
      because: [`${several(attempts, 'attempt')} on ${several(hosts, 'system')} that the scan had found.`],
      references: ['T1110.001', 'T1110.003', 'T1133'],
    }
  },
} satisfies KnownPattern
