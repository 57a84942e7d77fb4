/** Reads templates of NetFlow v9 (RFC 3954) and IPFIX (RFC 7011) into the table. */
import type { Datagram } from './datagram.ts'
import { mostFields, type TemplateTable } from './template-table.ts'

/** Told of each template that is there now, new or again. */
export type OnTemplate = (id: number) => void

const scopeType = -1
const firstId = 256
const enterpriseBit = 0x8000

/** The templates of a NetFlow v9 flow set: `[from, to)` without its header. @returns what is wrong with it, or nothing */
export function readTemplates9(
  table: TemplateTable,
  d: Datagram,
  from: number,
  to: number,
  isOptions: boolean,
  on: OnTemplate,
) {
  const { view } = d
  const header = isOptions ? 6 : 4
  let at = from
  while (at + header <= to) {
    const id = view.getUint16(at)
    // Padding: nothing more.
    if (id < firstId) return ''
    const scopes = isOptions ? view.getUint16(at + 2) >> 2 : 0
    const fields = isOptions ? scopes + (view.getUint16(at + 4) >> 2) : view.getUint16(at + 2)
    const end = at + header + 4 * fields
    if (end > to) return 'template cut short'
    if (fields > mostFields) return 'template of more than 255 fields'
    const digest = digestOf(d.bytes, at, end)
    if (fields > 0 && !table.isSame(d.serial, id, digest)) {
      const e = table.open(d.serial, id, digest)
      for (let k = 0, field = at + header; k < fields; k++, field += 4) {
        // The enterprise bit is IPFIX's; NetFlow v9 has field types above it that are no element.
        table.add(e, k < scopes ? scopeType : 0, view.getUint16(field), view.getUint16(field + 2))
      }
      if (!table.close(e, isOptions)) return 'template of records without length'
    }
    if (fields > 0) on(id)
    at = end
  }
  return ''
}

/** The same for an IPFIX set. A template without fields withdraws one, or all of its kind (RFC 7011 section 8.1). */
export function readTemplates10(
  table: TemplateTable,
  d: Datagram,
  from: number,
  to: number,
  isOptions: boolean,
  on: OnTemplate,
) {
  const { view } = d
  let at = from
  while (at + 4 <= to) {
    const id = view.getUint16(at)
    const fields = view.getUint16(at + 2)
    if (fields === 0) {
      if (id >= firstId) table.withdraw(d.serial, id)
      else if (id === 2 || id === 3) table.withdrawAll(d.serial, id === 3)
      else return ''
      at += 4
      continue
    }
    if (id < firstId) return 'template with a reserved id'
    const header = isOptions ? 6 : 4
    const end = endOf(view, at + header, to, fields)
    if (end < 0) return 'template cut short'
    if (fields > mostFields) return 'template of more than 255 fields'
    const digest = digestOf(d.bytes, at, end)
    if (!table.isSame(d.serial, id, digest)) {
      const e = table.open(d.serial, id, digest)
      addFields(table, e, view, at + header, fields)
      if (!table.close(e, isOptions)) return 'template of records without length'
    }
    on(id)
    at = end
  }
  return ''
}

/** Where the field specifiers end: those of enterprises are longer; -1 where that is behind `to`. */
function endOf(view: DataView, from: number, to: number, fields: number): number {
  let at = from
  for (let k = 0; k < fields; k++) {
    if (at + 4 > to) return -1
    at += view.getUint16(at) & enterpriseBit ? 8 : 4
  }
  return at <= to ? at : -1
}

function addFields(table: TemplateTable, e: number, view: DataView, from: number, fields: number): void {
  let at = from
  for (let k = 0; k < fields; k++) {
    const id = view.getUint16(at)
    const isEnterprise = (id & enterpriseBit) !== 0
    const enterprise = isEnterprise ? view.getUint32(at + 4) : 0
    table.add(e, enterprise, id & (enterpriseBit - 1), view.getUint16(at + 2))
    at += isEnterprise ? 8 : 4
  }
}

/** FNV-1a: tells a template that came again from one that changed. */
function digestOf(bytes: Uint8Array, from: number, to: number): number {
  let h = 0x811c9dc5
  for (let i = from; i < to; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193)
  return h >>> 0
}
