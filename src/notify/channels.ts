import { readFile } from 'node:fs/promises'
import { secretHint, weakness } from '../base/http/signed.ts'
import { Problem } from '../base/problem.ts'
import type { Channel } from './channel.ts'
import { email } from './email.ts'
import type { ChannelSettings, NotifySettings } from './settings.ts'
import { syslog } from './syslog.ts'
import { webhook } from './webhook.ts'

/**
 * Opens the channels of the configuration; secrets and certificates are read now.
 * @param hostname this machine's name @param silence milliseconds without an answer after which a mail server is given up for now
 * @throws Problem `notify` where a file is missing or a secret is too short
 */
export async function openChannels(
  { channels, link }: NotifySettings,
  hostname: string,
  silence: number,
): Promise<readonly Channel[]> {
  return Promise.all(
    Object.entries(channels).map(([name, settings]) => open(name, settings, { link, hostname, silence })),
  )
}

interface Around {
  readonly link: string | null
  readonly hostname: string
  readonly silence: number
}

async function open(name: string, settings: ChannelSettings, { link, hostname, silence }: Around): Promise<Channel> {
  const ca = settings.ca === null ? null : await textOf(name, settings.ca)
  switch (settings.kind) {
    case 'webhook':
      return webhook({ name, url: settings.url, secret: await secretOf(name, settings.secretFile), ca, link })
    case 'email': {
      const password = settings.passwordFile === null ? null : await textOf(name, settings.passwordFile)
      return email({ name, settings, password, ca, link, silence })
    }
    case 'syslog':
      return syslog({ name, settings, ca, hostname })
  }
}

async function secretOf(name: string, file: string): Promise<Uint8Array> {
  const secret = Buffer.from(await textOf(name, file))
  const wrong = weakness(secret)
  if (wrong === undefined) return secret
  throw new Problem('notify', `channel ${name}: the secret in ${file} ${wrong}`, { hint: secretHint(file) })
}

/** Without the line end that editors add. */
async function textOf(name: string, file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (cause) {
    throw new Problem('notify', `channel ${name}: ${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
