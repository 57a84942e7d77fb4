/** A process of its own that puts two cases into the outbox in a file and delivers what is due: FILE PORT LATER (milliseconds). */
import { Notifier } from '../src/notify/notifier.ts'
import { webhook } from '../src/notify/webhook.ts'
import { escalatedCase, openOutbox, settings, start } from './notify-parts.ts'

const [file = '', port = '', later = '0'] = process.argv.slice(2)
const { outbox } = openOutbox(file)
const channel = webhook({
  name: 'soc',
  url: `http://127.0.0.1:${port}/`,
  secret: Buffer.from('a secret of some length'),
  ca: null,
  link: null,
})
const now = () => start + Number(later)
const notifier = new Notifier({
  settings: { ...settings, group: 0 },
  channels: [channel],
  outbox,
  now,
  patience: 30_000,
})
for (const number of [1, 2]) notifier.offer(escalatedCase(number))
process.stdout.write(JSON.stringify(await notifier.deliver()))
