import { several } from '../../base/quantity.ts'
import { hostOf, notableSign, type SignSource } from './sign.ts'

const fewestFailures = 3

/** The actor logged in: after failures, or as the first login ever of a source that had scanned. */
export default {
  id: 'login',
  find(scene) {
    return [...scene.actors].flatMap((actor) => {
      const logins = scene.activity.notables(actor, 'src').filter(({ succeeded }) => succeeded !== null)
      return logins
        .filter(({ succeeded, last }) => succeeded === true && last >= scene.first)
        .map((success) => {
          const host = hostOf(scene, success)
          const failures = logins
            .filter((each) => each.succeeded === false && hostOf(scene, each) === host && each.at <= success.last)
            .reduce((sum, { count }) => sum + count, 0)
          const user = success.texts.user ?? 'an account that is not named'
          const after = failures >= fewestFailures ? ` after ${several(failures, 'failed attempt')}` : ''
          return notableSign('login', success, host, {
            // Without failures it may be a client that shares the scanner's network, as in a cloud.
            confidence: failures >= fewestFailures ? 0.95 : 0.6,
            text: `${actor}, which had scanned, logged in to ${host} as ${user}${after}.`,
            shows: 'the login that succeeded',
          })
        })
    })
  },
} satisfies SignSource
