const packet = /IN=\S{0,64} OUT=[^\n]*?SRC=[0-9a-fA-F.:]+ DST=[0-9a-fA-F.:]+ [^\n]*PROTO=/
const kernelLine = /^(<\d{1,3}>(1 )?)?([A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT\S+) \S+ kernel[: ]/m
const enough = 32 * 1024

/** Whether an input is a log with netfilter's packet lines; other programs may have written before the first of them. */
export function sniff(head: Uint8Array): number {
  const first = head[0]
  if (first === 35 || first === 123) return 0
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
  if (packet.test(text)) return 0.8
  // A long syslog may hold its first packet line further down.
  return head.length >= enough && kernelLine.test(text) ? 0.1 : 0
}
