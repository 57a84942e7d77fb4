/** A one-time link. The secret stands in the fragment, which no browser sends and no log sees. */
export function linkTo(address: string, secret: string): string {
  return `${new URL('/set-up', address)}#${secret}`
}
