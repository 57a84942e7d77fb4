import { formatAddress, isIpv4, parseAddress } from '../../base/address.ts'
import { parsePrefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import { addressKey, keyRange } from '../address-key.ts'
import type { Parameters } from '../duckdb.ts'
import type { HuntParameter, HuntParameterType } from './hunt.ts'

const mostAddresses = 10_000

/**
 * What SQL knows of the parameters, by name: of an address `$host` its text, `$host_key` its key and `$host_is6`, whether the key is shared by a
 * whole /64 so that the text has to be compared; of addresses lists of text and keys
 * (`$hosts`, `$hosts_keys`); of a network `$net_low` and `$net_high`, the keys it spans; else the value.
 *
 * @param given as typed, by name
 * @throws Problem `hunt-parameter` where one is missing, unknown or not of its type
 */
export function bindParameters(parameters: readonly HuntParameter[], given: ReadonlyMap<string, string>): Parameters {
  for (const name of given.keys()) {
    if (!parameters.some((each) => each.name === name)) throw wrong(`there is no parameter ${name}`, parameters)
  }
  const bound = parameters.map(({ name, type, fallback }) => {
    const text = given.get(name) ?? fallback
    if (text === undefined) throw wrong(`the parameter ${name} is missing`, parameters)
    const values = binders[type](name, text)
    if (values === undefined) throw wrong(`${name}: ${JSON.stringify(text)} is no ${type}`, parameters)
    return values
  })
  return Object.assign({}, ...bound) as Parameters
}

const binders: Readonly<Record<HuntParameterType, (name: string, text: string) => Parameters | undefined>> = {
  address: (name, text) => {
    const address = parseAddress(text)
    return (
      address && {
        [name]: formatAddress(...address),
        [`${name}_key`]: addressKey(address),
        [`${name}_is6`]: !isIpv4(address),
      }
    )
  },
  addresses: (name, text) => {
    const list = text.split(/[\s,]+/).filter((part) => part !== '')
    const addresses = list.slice(0, mostAddresses).map(parseAddress)
    if (list.length > mostAddresses || addresses.length === 0) return undefined
    const known = addresses.filter((address) => address !== undefined)
    if (known.length < addresses.length) return undefined
    return { [name]: known.map((address) => formatAddress(...address)), [`${name}_keys`]: known.map(addressKey) }
  },
  network: (name, text) => {
    const prefix = parsePrefix(text)
    if (prefix === undefined) return undefined
    const [low, high] = keyRange(prefix)
    return { [`${name}_low`]: low, [`${name}_high`]: high }
  },
  number: (name, text) => (/^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? { [name]: Number(text) } : undefined),
  text: (name, text) => ({ [name]: text }),
}

function wrong(why: string, parameters: readonly HuntParameter[]): Problem {
  const list = parameters.map(
    ({ name, type, fallback }) => `${name} (${type}${fallback === undefined ? '' : `, else ${fallback}`})`,
  )
  return new Problem('hunt-parameter', why, {
    hint:
      list.length === 0 ? 'This hunt has no parameters.' : `Give parameters as --param NAME=VALUE: ${list.join(', ')}.`,
  })
}
