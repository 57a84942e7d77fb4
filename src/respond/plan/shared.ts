import type { Dossier, IntelMeaning } from '../../intel/intel.ts'

const kinds: Readonly<Partial<Record<IntelMeaning, string>>> = {
  cdn: 'a content delivery network: other sites and their visitors are behind the same address',
  cloud: "a cloud provider's address: it may be another customer's tomorrow",
  vpn: 'a VPN: many people leave it by one address',
  tor: 'a Tor exit: many people leave it by one address',
  resolver: 'a public resolver: our own name service may ask it',
}

/** Names that providers give to addresses which many customers share. */
const shared = /(^|[.-])(cgn|cgnat|nat|natpool|lsn|mobile|lte|5g|wwan|proxy)\d*([.-]|$)/i

/** Who else may be behind an address, one sentence each; what is not known is not said. */
export function sharedBy({ identity, hits }: Dossier): readonly string[] {
  const { address, kind, scope, reverseName } = identity
  const meanings = new Set<IntelMeaning>(hits.map(({ means }) => means))
  const known = Object.entries(kinds)
    .filter(([name]) => kind === name || meanings.has(name as IntelMeaning))
    .map(([, text]) => `${address} is ${text}`)
  const name = reverseName?.name
  return [
    ...known,
    ...(scope === 'shared' ? [`${address} is an address behind a provider's NAT (RFC 6598)`] : []),
    ...(name !== undefined && shared.test(name)
      ? [`${address} is called ${name}: many customers may share it (CGNAT)`]
      : []),
  ]
}
