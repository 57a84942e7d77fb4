/** ASN.1 in DER (X.690), as far as certificates and SPNEGO need it. */

/** A value of a tag (one byte) that holds the contents, one after the other. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  const size = body.length
  const length =
    size < 0x80
      ? [size]
      : size < 0x100
        ? [0x81, size]
        : size < 0x10000
          ? [0x82, size >> 8, size & 255]
          : [0x83, size >> 16, (size >> 8) & 255, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

export function sequence(...contents: readonly Uint8Array[]): Buffer {
  return tlv(0x30, ...contents)
}

/** A whole number of 0 or more, given big-endian. */
export function integer(bytes: Uint8Array): Buffer {
  let from = 0
  while (from < bytes.length - 1 && bytes[from] === 0) from++
  const body = bytes.subarray(from)
  return tlv(2, (body[0] as number) & 0x80 ? Buffer.concat([Buffer.from([0]), body]) : body)
}

/** @param dotted `1.2.840.113549` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [40 * first + second]
  for (const arc of rest) {
    const septets = [arc & 127]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) septets.unshift((left & 127) | 128)
    bytes.push(...septets)
  }
  return tlv(6, Buffer.from(bytes))
}
