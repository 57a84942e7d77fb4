import { parseAddress } from '../../base/address.ts'
import { parsePrefix } from '../../base/prefix.ts'
import type { HuntParameter, HuntParameterType } from './hunt.ts'

/** Types of the parameters of a query of one's own, by what they look like. */
export function inferParameters(given: ReadonlyMap<string, string>): readonly HuntParameter[] {
  return [...given].map(([name, text]) => ({ name, type: typeOf(text), fallback: undefined, about: '' }))
}

function typeOf(text: string): HuntParameterType {
  if (parseAddress(text)) return 'address'
  if (text.includes('/') && parsePrefix(text)) return 'network'
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? 'number' : 'text'
}
