/**
 * `node test/dns-ask.ts SERVER PORT PAUSE-MS NAME...`: asks a server for the PTR record of each name, one after the other, as a
 * mail server does for whoever connects; waits for each answer, or 300 ms. Prints how many were answered.
 */
import { createSocket } from 'node:dgram'
import { setTimeout } from 'node:timers/promises'

const [server = '', port = '', pause = '', ...names] = process.argv.slice(2)
const longestWait = 300
const pointer = 12
const internet = 1

/** One question with recursion desired (RFC 1035 section 4). */
function question(id: number, name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')])
  const header = Buffer.alloc(12)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(0x0100, 2)
  header.writeUInt16BE(1, 4)
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, pointer, 0, internet])])
}

const socket = createSocket('udp4')
let answered = 0
let wake = () => {}
socket.on('message', () => {
  answered++
  wake()
})
for (const [k, name] of names.entries()) {
  const answer = new Promise<void>((resolve) => {
    wake = resolve
  })
  socket.send(question(k & 0xffff, name), Number(port), server)
  await Promise.race([answer, setTimeout(longestWait, undefined, { ref: false })])
  await setTimeout(Number(pause))
}
socket.close()
console.log(answered)
