/** Web, DNS (also over TLS), time, and what finds the way through address translation: ports that say nothing of a program. */
const plain = [53, 80, 123, 443, 853, 3478, 5349, 8080, 8443]

/** Ports over which machines are administered, and which somebody who moves from machine to machine uses. */
const admin = [
  ...[22, 23, 135, 139, 445, 512, 513, 623, 2375, 2376, 3389, 4786, 5900, 5901, 5985, 5986, 8291, 10_000, 10_250],
  ...[16_992, 16_993, 47_001],
]

/** Chatter of a link: address assignment, names and services announced to all. */
const chatter = [67, 68, 137, 138, 546, 547, 1900, 3702, 5353, 5355]

const kinds = new Uint8Array(65_536)
for (const port of plain) kinds[port] = 1
for (const port of admin) kinds[port] = 2
for (const port of chatter) kinds[port] = 3

export function isPlain(port: number): boolean {
  return kinds[port] === 1
}

export function isAdmin(port: number): boolean {
  return kinds[port] === 2
}

export function isChatter(port: number): boolean {
  return kinds[port] === 3
}
