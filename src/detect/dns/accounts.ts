import { Account, type AccountState } from './account.ts'
import type { Budget } from './targets.ts'

/** How many accounts are looked at for one that gives way. */
const looked = 16
/** An account whose score has not risen for so many steps, and is this low, is closed: nothing is held against the client. */
const restAfter = 64
const restBelow = 2.3

export interface AccountsState {
  /** Accounts in use by their number. */
  readonly open: ReadonlyMap<number, AccountState>
  readonly free: readonly number[]
  readonly hand: number
  readonly lost: number
}

/**
 * The open accounts, of a fixed number. Where all are taken, of the next sixteen the one with the least evidence gives
 * way; those that are decided last of all, the shortest first.
 */
export class Accounts {
  readonly #all: Account[] = []
  readonly #free: number[] = []
  readonly #capacity: number
  readonly #budget: Budget
  readonly #key: number
  #hand = 0
  /** Decided accounts that had to give way. */
  lost = 0

  constructor(capacity: number, budget: Budget, key: number) {
    this.#capacity = capacity
    this.#budget = budget
    this.#key = key
  }

  at(number: number): Account {
    return this.#all[number] as Account
  }

  /** The account that a table's entry points at (its number plus 1); undefined where that has given way since. */
  of(pointer: number, kind: number, owner: number): Account | undefined {
    if (pointer === 0) return undefined
    const account = this.#all[pointer - 1]
    return account !== undefined && account.owner === owner && account.kind === kind ? account : undefined
  }

  /** @returns the number of the account plus 1 */
  open(kind: number, owner: number, at: number): number {
    const number = this.#take()
    this.at(number).open(kind, owner, at)
    return number + 1
  }

  /** Nothing more is held against the client. */
  close(pointer: number): void {
    const account = this.at(pointer - 1)
    account.owner = -1
    account.targets.clear()
    this.#free.push(pointer - 1)
  }

  /** The owner's entry is given to somebody else: a decided account stays, as a finding, the others are closed. */
  orphan(pointer: number): void {
    const account = this.at(pointer - 1)
    if (account.isDecided) account.owner = -2
    else this.close(pointer)
  }

  isAtRest(account: Account): boolean {
    return !account.isDecided && account.sincePeak >= restAfter && account.total < restBelow
  }

  decided(): Account[] {
    return this.#all.filter((account) => account.owner !== -1 && account.isDecided)
  }

  snapshot(): AccountsState {
    const open = new Map<number, AccountState>()
    for (const [number, account] of this.#all.entries()) if (account.owner !== -1) open.set(number, account.snapshot())
    return { open, free: this.#free, hand: this.#hand, lost: this.lost }
  }

  resume({ open, free, hand, lost }: AccountsState): void {
    for (const account of this.#all) {
      account.owner = -1
      account.targets.clear()
    }
    while (this.#all.length < open.size + free.length) this.#all.push(this.#new())
    this.#all.length = open.size + free.length
    for (const [number, state] of open) this.at(number).resume(state)
    this.#free.splice(0, Number.POSITIVE_INFINITY, ...free)
    this.#hand = hand
    this.lost = lost
  }

  #new(): Account {
    return new Account(this.#budget, this.#key)
  }

  #take(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.#all.length < this.#capacity) return this.#all.push(this.#new()) - 1
    let least = this.#hand
    for (let k = 1; k < Math.min(looked, this.#capacity); k++) {
      const number = (this.#hand + k) % this.#capacity
      if (weight(this.at(number)) < weight(this.at(least))) least = number
    }
    this.#hand = (this.#hand + looked) % this.#capacity
    if (this.at(least).isDecided) this.lost++
    return least
  }
}

function weight(account: Account): number {
  return account.isDecided ? 1e6 + account.targets.length : account.total
}
