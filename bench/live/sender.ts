/** Sends datagrams at a rate: `sender.ts KIND PORT RATE SECONDS`. Prints how many it sent. */
import { createSocket } from 'node:dgram'
import { datagrams } from './datagrams.ts'

const [kind, port, rate, seconds] = process.argv.slice(2)
const perSecond = Number(rate)
const pool = datagrams(kind === 'netflow' ? 'netflow' : 'syslog')
const socket = createSocket({ type: 'udp4', sendBufferSize: 4 << 20 })
let sent = 0
let waiting = 0

socket.connect(Number(port), '127.0.0.1', () => {
  const began = performance.now()
  const turn = () => {
    const passed = performance.now() - began
    const due = Math.floor((Math.min(passed, Number(seconds) * 1000) * perSecond) / 1000)
    // Small portions, so that neither socket is flooded in one go.
    for (let k = 0; sent < due && k < 64 && waiting < 256; k++) {
      waiting++
      socket.send(pool[sent % pool.length] as Buffer, () => waiting--)
      sent++
    }
    if (passed < Number(seconds) * 1000 || waiting > 0 || sent < due) setImmediate(turn)
    else {
      process.stdout.write(String(sent))
      socket.close()
    }
  }
  turn()
})
