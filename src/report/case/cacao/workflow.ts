import { clipped } from '../../escape.ts'
import { caseUuid } from '../uuid.ts'

/** Steps of a CACAO workflow by their ids, and how they are chained. */

export type StepType = 'start' | 'end' | 'action' | 'if-condition' | 'playbook-action'

export interface Command {
  readonly type: string
  readonly playbook_activity: string
  readonly [property: string]: unknown
}

export interface Step {
  readonly type: StepType
  readonly commands?: readonly Command[]
  readonly [property: string]: unknown
}

/** A step that has no follower yet. */
export interface Link {
  readonly id: string
  readonly step: Step
}

const longest = 2000

export class Workflow {
  readonly #subject: string
  readonly #steps = new Map<string, Step>()

  /** @param subject id of the case, or of what else the playbook is about */
  constructor(subject: string) {
    this.#subject = subject
  }

  /** @param part tells the step from others of the playbook: the same part gives the same id */
  link(type: StepType, part: string, properties: Omit<Step, 'type'> = {}): Link {
    return { id: `${type}--${caseUuid(type, this.#subject, part)}`, step: { type, ...properties } }
  }

  /** Puts steps one behind the other, with an end of their own behind the last. @returns id of the first */
  branch(part: string, links: readonly Link[]): string {
    const chain = [...links, this.link('end', part)]
    chain.forEach(({ id, step }, i) => {
      const next = chain[i + 1]
      this.#steps.set(id, next ? { ...step, on_completion: next.id } : step)
    })
    return (chain[0] as Link).id
  }

  /** The `workflow` of the playbook. */
  get steps(): Readonly<Record<string, Step>> {
    return Object.fromEntries(this.#steps)
  }

  /** Every activity of a command, once (section 3.1: each that is listed must be in a step). */
  get activities(): readonly string[] {
    return [...new Set(this.#commands.map(({ playbook_activity }) => playbook_activity))].sort()
  }

  /** Nothing in it is carried out by a machine (section 10.14). */
  get isManual(): boolean {
    return this.#commands.every(({ type }) => type === 'manual')
  }

  /** Steps lead to other playbooks. */
  get isExternal(): boolean {
    return [...this.#steps.values()].some(({ type }) => type === 'playbook-action')
  }

  get #commands(): readonly Command[] {
    return [...this.#steps.values()].flatMap(({ commands = [] }) => commands)
  }
}

/** Something that a person does or did. */
export function manual(text: string, activity: string): Command {
  return { type: 'manual', command: clipped(text, longest), playbook_activity: activity }
}

/** A constant: what a step found. */
export function found(value: string): object {
  return { type: 'string', value: clipped(value, longest), constant: true }
}
