import { Code } from '@mantine/core'

/** What reorders, hides or moves text: controls, bidirectional marks, zero-width and tag characters (Unicode TR 36, 2.10). */
const tricks =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g

const longest = 2000

/** Text that an attacker may have chosen, as it can be shown: tricks as their code, and not endless. */
export function shown(text: string, most = longest): string {
  const bounded = text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text
  return bounded.replaceAll(tricks, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`)
}

/** Text of a log: isolated, so that right-to-left letters do not move what stands beside it. */
export function Hostile({ text, most }: { readonly text: string; readonly most?: number }) {
  return <bdi className="hostile">{shown(text, most)}</bdi>
}

export function Address({ address }: { readonly address: string }) {
  return <Code className="address">{shown(address, 100)}</Code>
}
