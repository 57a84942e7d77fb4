import { join } from 'node:path'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import type { Applied, Capabilities, Change, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { type IpSets, ipSetSteps } from './aws/ip-set.ts'
import { aclSteps, type Steps } from './aws/network-acl.ts'
import { Numbers } from './aws/numbers.ts'
import { pieces } from './aws/piece.ts'
import { exclusive } from './exclusive.ts'
import { asText, type ChangeFiles, changeName, handOver } from './hand-over.ts'

export interface NetworkAclSettings {
  readonly id: string
  /** Rule numbers that are ours, both included; below those of the rules that allow. */
  readonly from: number
  readonly to: number
  /** Rules of one direction that may be ours: 20 in all by default, 40 at most (Amazon VPC quotas). */
  readonly mostRules: number
}

export interface AwsSettings {
  readonly kind: 'aws'
  /** Of the changes; null: in the target's state directory. */
  readonly directory: string | null
  readonly networkAcl: NetworkAclSettings | null
  /** Sets of our own: what else is in them goes. */
  readonly ipSets: IpSets | null
}

const can = { expire: false, throttle: false, list: false, v6: false, ports: false, direction: false, count: false }

class Aws implements Target {
  readonly name: string
  readonly can: Capabilities
  readonly #settings: AwsSettings
  readonly #directory: string
  readonly #state: string
  #numbers: Numbers

  constructor(name: string, settings: AwsSettings, state: string) {
    const { networkAcl, ipSets, directory } = settings
    const isAclOnly = networkAcl !== null && ipSets === null
    this.name = name
    this.can = {
      ...can,
      v6: ipSets === null || ipSets.v6 !== null,
      ports: isAclOnly,
      direction: isAclOnly,
    }
    this.#settings = settings
    this.#directory = directory ?? join(state, 'changes')
    this.#state = state
    this.#numbers = this.#read()
  }

  preview(change: Change): string {
    return asText(this.#make(this.#checked(change), this.#numbers).files)
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    signal.throwIfAborted()
    const checked = this.#checked(change)
    const { add, remove, at } = checked
    if (add.length + remove.length === 0) return { outcome: 'already', detail: 'nothing to hand over' }
    return exclusive(this.name, this.#state, signal, async () => {
      const { files, numbers } = this.#make(checked, this.#read())
      const folder = await handOver(this.name, this.#directory, changeName(at, asText(files)), files)
      await numbers.write()
      this.#numbers = numbers
      const told = `${several(add.length, 'network')} in, ${several(remove.length, 'network')} out`
      return { outcome: 'handed-over', detail: `${told}: ${folder}` }
    })
  }

  async list(): Promise<never> {
    throw new Problem('target', `target ${this.name}: AWS is not asked, a person runs the commands`)
  }

  async close(): Promise<void> {}

  #checked(change: Change): Change {
    const checked = acceptable(this.name, this.can, change)
    // The ports of an entry are those packets go to, in both directions; `ports` are ours.
    if (checked.add.some(({ ports, direction }) => ports.length > 0 && direction !== 'in'))
      throw new Problem('target', `target ${this.name}: a network ACL cannot keep to our ports on the way out`, {
        hint: 'Plan single ports with direction `in`, or all ports.',
      })
    return checked
  }

  #read(): Numbers {
    const { from = 1, to = 1, mostRules: most = 1 } = this.#settings.networkAcl ?? {}
    return Numbers.read(this.name, join(this.#state, 'rule-numbers.json'), { from, to, most })
  }

  #make(change: Change, before: Numbers): { files: ChangeFiles; numbers: Numbers } {
    const { networkAcl, ipSets } = this.#settings
    const steps: Steps[] = []
    let numbers = before
    if (networkAcl !== null) {
      const wanted = pieces([...change.desired, ...change.add])
      const gone = [...pieces(change.remove).values()].filter(({ key }) => !wanted.has(key))
      numbers = before.after(wanted.values(), gone)
      steps.push(aclSteps(networkAcl.id, [...pieces(change.add).values()], gone, before, numbers))
    }
    if (ipSets !== null) steps.push(ipSetSteps(this.name, ipSets, change))
    return { files: filesOf(this.name, change, steps), numbers }
  }
}

function filesOf(name: string, { add, remove }: Change, steps: readonly Steps[]): ChangeFiles {
  const all = (part: 'checks' | 'run' | 'undo') => steps.flatMap((each) => each[part])
  const lines = [
    `# Sweepwatch, target ${name}: ${several(add.length, 'network')} in, ${several(remove.length, 'network')} out.`,
    '# For a person to review and run in this folder. Nothing ends by itself: when a time limit is over, another change is handed over.',
    ...add.map(({ network, until, plan }) => `# ${network} until ${until}, sweepwatch ${plan}`),
    '',
    '# 1. Before: the right account and region? What is there now?',
    'aws sts get-caller-identity',
    ...all('checks'),
    '',
    '# 2. The change.',
    ...all('run'),
    '',
    '# 3. After: what is new is there, what is gone is not.',
    ...all('checks'),
    '',
    '# To undo:',
    ...all('undo').map((command) => `# ${command}`),
  ]
  return new Map([['change.txt', `${lines.join('\n')}\n`], ...steps.flatMap(({ files }) => [...files])])
}

/** JSON documents and the commands that take them: nothing is sent to AWS, and no key of AWS is needed here. */
export default {
  id: 'aws',
  title: 'AWS network ACL and WAF IP set',
  about:
    'Documents and commands for the AWS CLI, for a person to review and run: entries of a network ACL (20 to 40 in one direction), whole IP sets of WAF (10,000 addresses each). Nothing ends by itself.',
  can,
  open: async (name, settings, state) => new Aws(name, settings, state),
} satisfies TargetKind<AwsSettings>
