import { isV6 } from '../../sound.ts'
import type { Numbers } from './numbers.ts'
import type { Piece } from './piece.ts'

/** IANA protocol numbers; -1 is all. */
const protocols = { tcp: '6', udp: '17' } as const

/** Steps of a change: what to run, what to run to undo it, and the documents that the commands name. */
export interface Steps {
  readonly checks: readonly string[]
  readonly run: readonly string[]
  readonly undo: readonly string[]
  readonly files: ReadonlyMap<string, string>
}

/** Entries of a network ACL (`create-network-acl-entry`, `delete-network-acl-entry` of the AWS CLI). */
export function aclSteps(
  id: string,
  made: readonly Piece[],
  gone: readonly Piece[],
  before: Numbers,
  after: Numbers,
): Steps {
  const files = new Map<string, string>()
  const create = (piece: Piece, numbers: Numbers, prefix: string) => {
    const number = numbers.of(piece) as number
    const file = `${prefix}${piece.egress ? 'egress' : 'ingress'}-${number}.json`
    files.set(file, document(id, number, piece))
    return `aws ec2 create-network-acl-entry --cli-input-json file://${file}`
  }
  const remove = (piece: Piece, numbers: Numbers) =>
    `aws ec2 delete-network-acl-entry --network-acl-id ${id} --rule-number ${numbers.of(piece)} --${piece.egress ? 'egress' : 'ingress'}`
  const known = gone.filter((piece) => before.of(piece) !== undefined)
  return {
    checks: [`aws ec2 describe-network-acls --network-acl-ids ${id}`],
    // Numbers that become free are free before they are given anew.
    run: [...known.map((piece) => remove(piece, before)), ...made.map((piece) => create(piece, after, 'create-'))],
    undo: [
      ...made.map((piece) => remove(piece, after)),
      ...known.map((piece) => create(piece, before, 'undo-create-')),
    ],
    files,
  }
}

function document(id: string, number: number, { network, egress, port }: Piece): string {
  const entry = {
    NetworkAclId: id,
    RuleNumber: number,
    Protocol: port === null ? '-1' : protocols[port.protocol],
    RuleAction: 'deny',
    Egress: egress,
    ...(isV6(network) ? { Ipv6CidrBlock: network } : { CidrBlock: network }),
    ...(port === null ? {} : { PortRange: { From: port.number, To: port.number } }),
  }
  return `${JSON.stringify(entry, undefined, 2)}\n`
}
