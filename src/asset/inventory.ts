import { parseAddress } from '../base/address.ts'
import { type Prefix, parsePrefix } from '../base/prefix.ts'
import { PrefixTable } from '../base/prefix-table.ts'
import { Problem } from '../base/problem.ts'
import type { Asset, Inventory, Partner } from './asset.ts'
import { networkText } from './asset-networks.ts'
import { type AssetRecord, readAsset } from './asset-record.ts'
import { readInventoryFile } from './inventory-file.ts'

/** Networks and hosts that are kept. */
const mostAssets = 1_000_000
const mostFaults = 20

/** What an inventory is made of. */
export interface InventorySources {
  readonly files: readonly string[]
  readonly partners?: readonly Partner[]
}

/** A row that was not used, or not wholly understood. */
export interface InventoryFault {
  readonly file: string
  /** From 1; 0 where it is not known. */
  readonly line: number
  readonly reason: string
}

/** How a file was read. */
export interface InventoryReport {
  readonly file: string
  /** Networks and hosts taken from it. */
  readonly assets: number
  /** Rows that say nothing usable. */
  readonly malformed: number
  /** Networks that an earlier row or file described: that one counts. */
  readonly repeated: number
  /** Networks beyond a million, which are left out. */
  readonly omitted: number
  /** The first twenty. */
  readonly faults: readonly InventoryFault[]
}

export interface OpenInventory {
  readonly inventory: Inventory
  readonly reports: readonly InventoryReport[]
}

/**
 * Reads what is ours and who our partners are (requirement Q2). Of several networks that hold an address the longest counts; of a
 * network that is described twice, the first row of the first file.
 *
 * @throws Problem `inventory` for a file that cannot be read as a whole, `bad-network` for a partner's network that is none
 */
export async function openInventory({ files, partners = [] }: InventorySources): Promise<OpenInventory> {
  const inventory = new KnownAssets(partners)
  const reports: InventoryReport[] = []
  for (const file of files) reports.push(await addFile(inventory, file))
  return { inventory, reports }
}

async function addFile(inventory: KnownAssets, file: string): Promise<InventoryReport> {
  const counts = { assets: 0, malformed: 0, repeated: 0, omitted: 0 }
  const faults: InventoryFault[] = []
  const fault = (line: number, reason: string) => {
    if (faults.length < mostFaults) faults.push({ file, line, reason })
  }
  await readInventoryFile(file, (row, line) => {
    const record = row === undefined ? 'not a row of columns' : readAsset(row)
    if (typeof record === 'string') {
      counts.malformed++
      fault(line, record)
      return
    }
    if (record.doubt !== undefined) fault(line, record.doubt)
    for (const network of record.networks) counts[inventory.add(network, record)]++
  })
  return { file, ...counts, faults }
}

class KnownAssets implements Inventory {
  readonly assets: Asset[] = []
  readonly #table = new PrefixTable()
  readonly #partners: readonly Partner[]
  readonly #partnerTable = new PrefixTable()
  /** Owners and roles repeat: one text of each is kept. */
  readonly #texts = new Map<string, string>()
  #hosts: readonly Asset[] | undefined

  constructor(partners: readonly Partner[]) {
    this.#partners = partners
    for (const [k, { name, networks }] of partners.entries()) {
      for (const text of networks) {
        const prefix = parsePrefix(text)
        if (prefix === undefined) {
          throw new Problem('bad-network', `${text}, of the partner ${name}, is no network`, {
            hint: 'Write it as 192.0.2.0/24 or 2001:db8::/32.',
          })
        }
        this.#partnerTable.add(prefix, k)
      }
    }
  }

  get size(): number {
    return this.assets.length
  }

  get hosts(): readonly Asset[] {
    this.#hosts ??= this.assets.filter(({ network }) => !network.includes('/'))
    return this.#hosts
  }

  find(address: string): Asset | undefined {
    const words = parseAddress(address)
    return words && this.assets[this.#table.find(...words)]
  }

  partnerOf(address: string): Partner | undefined {
    const words = parseAddress(address)
    return words && this.#partners[this.#partnerTable.find(...words)]
  }

  add(network: Prefix, { name, owner, criticality, roles }: AssetRecord): 'assets' | 'repeated' | 'omitted' {
    if (this.assets.length >= mostAssets) return 'omitted'
    if (this.#table.add(network, this.assets.length) >= 0) return 'repeated'
    const asset: Asset = {
      network: networkText(network),
      name,
      owner: owner === null ? null : this.#once(owner),
      criticality,
      roles: roles.map((role) => this.#once(role)),
    }
    this.assets.push(Object.freeze(asset))
    this.#hosts = undefined
    return 'assets'
  }

  #once(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    if (this.#texts.size < 65536) this.#texts.set(text, text)
    return text
  }
}
