const prime = (1n << 130n) - 5n
const clamp = 0x0ffffffc0ffffffc0ffffffc0fffffffn
const low128 = (1n << 128n) - 1n

/** Poly1305 (RFC 8439 section 2.5), which Node has only together with its cipher. For messages of a few hundred bytes. */
export function poly1305(key: Buffer, message: Buffer): Buffer {
  const r = little(key.subarray(0, 16)) & clamp
  const s = little(key.subarray(16, 32))
  let sum = 0n
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16)
    sum = ((sum + little(block) + (1n << BigInt(8 * block.length))) * r) % prime
  }
  const tag = Buffer.alloc(16)
  let rest = (sum + s) & low128
  for (let k = 0; k < 16; k++) {
    tag[k] = Number(rest & 255n)
    rest >>= 8n
  }
  return tag
}

function little(bytes: Buffer): bigint {
  return BigInt(`0x0${Buffer.from(bytes).reverse().toString('hex')}`)
}
