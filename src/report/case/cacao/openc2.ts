import { allow, contentType, deny, wellKnownPath } from '../../../respond/openc2.ts'
import type { Command } from './workflow.ts'

/** A block that is proposed ends by itself: whoever runs the playbook may lengthen it. */
export const blockHours = 24
const hour = 3_600_000

/**
 * A command about one source. A denial ends after `blockHours`; what is allowed again stays allowed.
 * @param source address in canonical form
 */
export function openC2Http(action: 'allow' | 'deny', source: string): Command {
  const network = source.includes(':') ? `${source}/128` : `${source}/32`
  const traffic = { network, side: 'ingress', port: null } as const
  const content = action === 'deny' ? deny(traffic, { duration: blockHours * hour }) : allow(traffic, null)
  return carried(content, `${action} ${source}`)
}

/** A command of OpenC2 as CACAO 2.0 carries it: over HTTPS. */
export function carried(content: object, description: string): Command {
  return {
    type: 'openc2-http',
    description,
    playbook_activity: 'restrict-access',
    command: `POST ${wellKnownPath} HTTP/1.1`,
    content_b64: Buffer.from(JSON.stringify(content)).toString('base64'),
    headers: { 'Content-Type': [contentType] },
  }
}
