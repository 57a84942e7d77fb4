import { read32 } from '../src/framing/read32.ts'

/** Where each packet's record stands in a sound capture, by the simplest reading of its format. */
export function offsets(file: Uint8Array): number[] {
  return read32(file, 0, false) === 0x0a0d0d0a ? blocks(file) : records(file)
}

function records(file: Uint8Array): number[] {
  const magic = read32(file, 0, false)
  const isLittle = magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1 || magic === 0x34cdb2a1
  const header = magic === 0xa1b2cd34 || magic === 0x34cdb2a1 ? 24 : 16
  const found: number[] = []
  for (let at = 24; at + header <= file.length; at += header + read32(file, at + 8, isLittle)) found.push(at)
  return found
}

function blocks(file: Uint8Array): number[] {
  let isLittle = true
  const found: number[] = []
  for (let at = 0; at + 12 <= file.length; at += read32(file, at + 4, isLittle)) {
    const type = read32(file, at, isLittle)
    if (type === 0x0a0d0d0a) isLittle = file[at + 8] === 0x4d
    else if (type === 2 || type === 3 || type === 6) found.push(at)
  }
  return found
}
