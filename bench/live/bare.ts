/** A receiver that only counts: what the machine can take at all. Prints its port, and at SIGTERM its count. */
import { createSocket } from 'node:dgram'

let count = 0
const socket = createSocket({ type: 'udp4', recvBufferSize: 64 << 20 })
socket.on('message', () => count++)
socket.bind(0, '127.0.0.1', () => process.stdout.write(`${socket.address().port}\n`))
process.on('SIGTERM', () => {
  process.stdout.write(`${count}\n`)
  process.exit(0)
})
