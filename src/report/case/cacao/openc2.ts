import type { Command } from './workflow.ts'

/** A block that is proposed ends by itself: whoever runs the playbook may lengthen it. */
export const blockHours = 24
const hour = 3_600_000

/**
 * A command of OpenC2 (Language Specification 1.0, Stateless Packet Filtering profile 1.0) about one source, in canonical member
 * order. A denial ends after `blockHours`; what is allowed again stays allowed.
 * @param source address in canonical form
 */
function openC2(action: 'allow' | 'deny', source: string): object {
  const target = source.includes(':') ? { ipv6_net: `${source}/128` } : { ipv4_net: `${source}/32` }
  const limit = action === 'deny' ? { duration: blockHours * hour } : {}
  const slpf = action === 'deny' ? { direction: 'ingress', drop_process: 'none' } : { direction: 'ingress' }
  return { action, target, args: { ...limit, response_requested: 'complete', slpf }, actuator: { slpf: {} } }
}

/** The command as CACAO 2.0 carries it: OpenC2 over HTTPS (transfer specification 1.1). */
export function openC2Http(action: 'allow' | 'deny', source: string): Command {
  return {
    type: 'openc2-http',
    description: `${action} ${source}`,
    playbook_activity: 'restrict-access',
    command: 'POST /.well-known/openc2 HTTP/1.1',
    content_b64: Buffer.from(JSON.stringify(openC2(action, source))).toString('base64'),
    headers: { 'Content-Type': ['application/openc2+json;version=1.0'] },
  }
}
