import { type Attempt, again, type Channel, type Sent } from './channel.ts'
import type { Delivery } from './outbox.ts'
import type { EmailSettings } from './settings.ts'
import { htmlText, plainText, subject } from './words.ts'

export interface EmailOptions {
  readonly name: string
  readonly settings: EmailSettings
  readonly password: string | null
  /** PEM. */
  readonly ca: string | null
  readonly link: string | null
  /** Milliseconds without an answer after which an attempt is over. */
  readonly silence: number
}

/** One mail a delivery over SMTP (RFC 5321), as text and HTML. Its Message-ID is made of the delivery's id. */
export function email(options: EmailOptions): Channel {
  return {
    name: options.name,
    send: (delivery, attempt) => send(options, delivery, attempt).catch(outcomeOf),
  }
}

async function send(options: EmailOptions, delivery: Delivery, { signal }: Attempt): Promise<Sent> {
  // Loaded here: a program that sends no mail starts without it.
  const { createTransport } = await import('nodemailer')
  const { settings, password, ca, link, silence } = options
  const transport = createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.tls === 'implicit',
    requireTLS: settings.tls === 'starttls',
    ignoreTLS: settings.tls === 'none',
    ...(settings.user === null ? {} : { auth: { user: settings.user, pass: password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) },
    connectionTimeout: silence,
    greetingTimeout: silence,
    socketTimeout: silence,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    const sent = transport.sendMail({
      from: settings.from,
      to: [...settings.to],
      subject: subject(delivery),
      text: plainText(delivery, link),
      html: htmlText(delivery, link),
      messageId: `<${delivery.id}@sweepwatch>`,
      date: new Date(delivery.created),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Sweepwatch-Delivery': delivery.id },
    })
    const { accepted, rejected } = await Promise.race([sent, aborted.promise])
    const refused = rejected.length === 0 ? '' : `, refused for ${rejected.length}`
    return { kind: 'delivered', detail: `accepted for ${accepted.length}${refused}` }
  } finally {
    signal.removeEventListener('abort', abort)
    transport.close()
  }
}

/** What nodemailer calls a refusal of sender, receivers or content; everything else may be mended: passwords, certificates. */
const refusals: ReadonlySet<string> = new Set(['EENVELOPE', 'EMESSAGE'])

/** A permanent refusal (5yz, RFC 5321 section 4.2.1) stays one. */
function outcomeOf(error: unknown): Sent {
  const { responseCode = 0, code = '', message } = error as { responseCode?: number; code?: string; message: string }
  const isFinal = responseCode >= 500 && refusals.has(code)
  return isFinal ? { kind: 'rejected', reason: message.slice(0, 300) } : again(error)
}
