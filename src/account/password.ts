import { hash, verify } from '@node-rs/argon2'
import { Problem } from '../base/problem.ts'

/** Characters (NIST SP 800-63B, 3.1.1.2, asks for 15 where it stands alone and 8 beside a second factor; more than 64 must be possible). */
const shortest = 12
const longest = 128

/** Argon2id as the OWASP Password Storage Cheat Sheet has it, at its larger memory and its larger number of passes. KiB. */
const cost = { memoryCost: 47_104, timeCost: 2, parallelism: 1 } as const

/** Takes about 100 ms and 46 MiB, on a thread of its own. @returns a PHC string */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), cost)
}

let nobody: Promise<string> | undefined

/** Whether this is the password; without a hash it takes as long and is not. */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  nobody ??= hashPassword('nobody')
  const isRight = await verify(kept ?? (await nobody), password.normalize('NFKC'))
  return kept !== null && isRight
}

/** What everybody tries first, in pieces. */
const common =
  /passwor[dt]|pass|admin(istrator)?|welcome|qwert[yz](uiop)?|asdf(ghjkl)?|letmein|changeme|iloveyou|monkey|dragon|secret|login|root|toor|test|guest|default|security|company|sweepwatch|scanner|network|firewall|summer|winter|spring|autumn|monday|(19|20)\d\d|1234567890|0?123456789?|12345|1234|123|abcdefghij(kl)?|abc/g
const leastLeft = 6
const leastDistinct = 5

/**
 * Checks a new password: its length, and that it is not what a guesser tries first. There are no rules on which signs it has.
 * @throws Problem `password`
 */
export function checkNewPassword(password: string, name: string): void {
  const length = [...password].length
  if (length < shortest || length > longest) {
    throw new Problem('password', `a password has ${shortest} to ${longest} characters; this has ${length}`, {
      hint: 'Several words make a good one.',
    })
  }
  const plain = password.normalize('NFKC').toLowerCase()
  const unleeted = plain.replaceAll('0', 'o').replaceAll('@', 'a').replaceAll('$', 's').replaceAll('3', 'e')
  const own = name.toLowerCase()
  const left = (text: string) => text.replaceAll(own, '').replace(common, '').replace(/[\W_]/gu, '')
  const isWeak = Math.min(left(plain).length, left(unleeted).length) < leastLeft && /^[\x20-\x7e]*$/.test(plain)
  if (isWeak || new Set(plain).size < leastDistinct) {
    throw new Problem('password', 'this password is among the first that are guessed', {
      hint: 'Take several words that do not belong together.',
    })
  }
}
