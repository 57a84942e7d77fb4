import { commentOf } from '../../sound.ts'
import type { Piece, WantedPiece } from '../piece.ts'
import type { Steps } from '../wanted.ts'
import {
  type ChainName,
  chainObject,
  chains,
  family,
  type Json,
  ruleObject,
  setObject,
  standingSets,
  table,
  tableObject,
} from './frame.ts'
import type { QuickSteps } from './quick.ts'
import { type SetSpec, setName, specOf } from './set-spec.ts'
import type { TableState } from './table-state.ts'

/**
 * The commands of one transaction (`nft -j -f -`): all of it happens, or nothing. The table's frame is made or mended where it has to be, and
 * the elements that stand in it stay. Nothing outside the table is named.
 * @param steps with `absent`: made without having read the elements, and it fails where those or what is put in are there
 * @param at milliseconds since 1970; time limits count from it
 */
export function transaction(state: TableState, steps: Steps & Partial<QuickSteps>, at: number): readonly Json[] {
  const { absent } = steps
  const sets = new Map(state.sets)
  const needed = [...steps.put, ...steps.renew, ...steps.take].map(specOf)
  for (const spec of [...standingSets, ...needed]) if (!sets.has(setName(spec))) sets.set(setName(spec), spec)
  const isNew = (name: string) => !state.sets.has(name)
  const added = [...sets].filter(([name]) => isNew(name)).map(([, spec]) => spec)
  return [
    ...(state.isIntact ? added.flatMap((spec) => [add(setObject(spec)), add(ruleObject(spec))]) : mend(state, sets)),
    ...(absent === undefined ? [] : mustBeAbsent(absent, at)),
    ...take(steps.take, at),
    ...renew(steps.renew, at),
    ...elements(absent === undefined ? 'add' : 'create', steps.put, at),
  ]
}

/** Makes whatever is missing and writes all rules anew; a chain of another hook and sets of another type have to go first. */
function mend(state: TableState, sets: ReadonlyMap<string, SetSpec>): readonly Json[] {
  const names = Object.keys(chains) as ChainName[]
  const named = { family, table }
  return [
    add(tableObject),
    ...state.wrongChains.flatMap((name) => [
      { flush: { chain: { ...named, name } } },
      { delete: { chain: { ...named, name } } },
    ]),
    ...names.flatMap((name) => [add(chainObject(name)), { flush: { chain: { ...named, name } } }]),
    ...state.wrongSets.map((name) => ({ delete: { set: { ...named, name } } })),
    ...[...sets.values()].map((spec) => add(setObject(spec))),
    ...[...sets.values()].map((spec) => add(ruleObject(spec))),
  ]
}

/** What is not there cannot be deleted, and would end the transaction: it may just have run out. So it is added first, which changes nothing where it is. */
function take(pieces: readonly Piece[], at: number): readonly Json[] {
  return [...elements('add', brief(pieces, at), at), ...elements('delete', pieces, at)]
}

/** `create` ends the transaction where the element is there. */
function mustBeAbsent(pieces: readonly Piece[], at: number): readonly Json[] {
  return [...elements('create', brief(pieces, at), at), ...elements('delete', pieces, at)]
}

function brief(pieces: readonly Piece[], at: number): readonly WantedPiece[] {
  return pieces.map((piece) => ({ ...piece, until: at + 1000, plan: '0' }))
}

/** Kernels before 6.13 keep an element's old end when it is added again. */
function renew(pieces: readonly WantedPiece[], at: number): readonly Json[] {
  return [...take(pieces, at), ...elements('add', pieces, at)]
}

function elements(
  verb: 'add' | 'create' | 'delete',
  pieces: readonly (Piece & Partial<WantedPiece>)[],
  at: number,
): Json[] {
  const bySet = new Map<string, Json[]>()
  for (const piece of pieces) {
    const name = setName(specOf(piece))
    const list = bySet.get(name)
    const element = { elem: { val: keyValue(piece), ...(verb === 'delete' ? {} : termsOf(piece as WantedPiece, at)) } }
    if (list) list.push(element)
    else bySet.set(name, [element])
  }
  return [...bySet].map(([name, elem]) => ({ [verb]: { element: { family, table, name, elem } } }))
}

function keyValue({ network, protocol, port }: Piece): unknown {
  const address = network.slice(0, network.indexOf('/'))
  return port === null ? address : { concat: [address, protocol, port] }
}

function termsOf({ until, plan }: WantedPiece, at: number): Json {
  return { timeout: Math.max(1, Math.ceil((until - at) / 1000)), comment: commentOf({ plan }) }
}

function add(object: Json): Json {
  return { add: object }
}
