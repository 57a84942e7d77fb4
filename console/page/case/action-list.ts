export type ActionId = 'escalate' | 'close' | 'reopen' | 'merge'

/** One line of a form. */
interface Field {
  readonly name: string
  readonly label: string
  readonly about?: string
  /** What stands in it at first. */
  readonly first?: string
  readonly choices?: readonly string[]
}

/** What is done with a case by filling in a form. */
export interface CaseAction {
  readonly id: ActionId
  readonly title: string
  /** The status of the case in which it is possible. */
  readonly when: 'open' | 'closed'
  /** What cannot be undone, and is said before it is done. */
  readonly warning?: string
  readonly fields: readonly Field[]
}

const reason: Field = { name: 'reason', label: 'Reason', about: 'It is what the next shift reads.' }

export const actions: readonly CaseAction[] = [
  {
    id: 'escalate',
    title: 'Escalate',
    when: 'open',
    fields: [{ name: 'to', label: 'To whom', first: 'tier 2' }, reason],
  },
  {
    id: 'close',
    title: 'Close',
    when: 'open',
    fields: [
      {
        name: 'outcome',
        label: 'As',
        first: 'resolved',
        choices: ['expected', 'false-alarm', 'background', 'resolved', 'contained'],
      },
      { name: 'lesson', label: 'What was learned?', about: 'Write "none" where there is nothing.' },
      { name: 'change', label: 'Which rule or access should change?', about: 'Write "none" where there is nothing.' },
      reason,
    ],
  },
  { id: 'reopen', title: 'Reopen', when: 'closed', fields: [reason] },
  {
    id: 'merge',
    title: 'Merge',
    when: 'open',
    warning: 'The scans of this case go into the other one. This cannot be undone.',
    fields: [{ name: 'into', label: 'Into which case', about: 'Its id, or the beginning of it.' }, reason],
  },
]
