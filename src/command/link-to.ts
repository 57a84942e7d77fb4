import { linkPath } from '../account/links.ts'

/** A one-time link at the service's address. */
export function linkTo(address: string, secret: string): string {
  return String(new URL(linkPath(secret), address))
}
