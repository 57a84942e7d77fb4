const packet = /IN=\S{0,64} OUT=[^\n]*?SRC=[0-9a-fA-F.:]+ DST=[0-9a-fA-F.:]+ [^\n]*PROTO=/

/** Whether an input is a log with netfilter's packet lines; other programs may have written before the first of them. */
export function sniff(head: Uint8Array): number {
  const first = head[0]
  if (first === 35 || first === 123) return 0
  return packet.test(Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')) ? 0.8 : 0
}
