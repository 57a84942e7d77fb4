/** A thread that decodes pieces of inputs, each by itself, into memory it shares with the thread that asks. */
import { parentPort, workerData } from 'node:worker_threads'
import { Dictionary } from '../event/dictionary.ts'
import { Tally } from '../format/format.ts'
import { mappedFormat } from '../format/mapping.ts'
import { formatById } from '../format/registry.ts'
import { openReader } from './decode-reader.ts'
import { type Done, Slot, type SlotMemory, slotBytes, type Task } from './decode-slot.ts'

const slots = (workerData as readonly SlotMemory[]).map((memory, index) => new Slot(index, memory))

function decode({ slot: index, to, base, sensor, format, mapping, number, newest, state }: Task): Done {
  const { bytes, batch } = slots[index] as Slot
  const tally = new Tally()
  // A dictionary of its own for each piece, large enough for it: which ids texts get must not depend on who decodes what.
  const rules = new Dictionary(slotBytes)
  // Whoever read the rows cleared them.
  batch.sensor = sensor
  let isWhole = true
  // Readers hand on what they have at the end of a window, which is the end here; a batch handed on before is lost.
  let rows = 0
  const flush = () => {
    isWhole &&= rows === 0
    rows += batch.length
    batch.handOver()
  }
  const context = { newest, rules }
  const decoder = mapping ? mappedFormat(mapping) : formatById(format)!
  batch.format = number
  const reader = openReader(decoder, context, { batch, tally, flush }, state)
  const consumed = reader.push(bytes, to, base, false)
  if (batch.length > 0) flush()
  isWhole &&= consumed === to && !reader.ahead?.isEntangled
  return { slot: index, isWhole, rows, tally, rules: rules.texts }
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(decode(task)))
