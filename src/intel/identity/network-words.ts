import type { Identity } from '../intel.ts'

type NetworkKind = Exclude<Identity['kind'], null>

/**
 * Words in the names of organisations that hold address space, and what they rent out or serve; the first that fits counts. A guess,
 * and told as one: a list or a database says more.
 */
const kinds: readonly (readonly [RegExp, NetworkKind])[] = [
  [
    /\b(?:cloudflare(?:net)?|akamai|fastly|edgecast|cdn77|cdnetworks|bunnycdn|stackpath|limelight|incapsula|imperva|gcore)\b/i,
    'cdn',
  ],
  [
    /\b(?:amazon|aws|azure|google[- ]cloud|alibaba|aliyun|tencent|oracle|softlayer|huawei[- ]cloud|scaleway)\b/i,
    'cloud',
  ],
  [
    /\b(?:digitalocean|ovh|hetzner|linode|vultr|choopa|contabo|leaseweb|m247|ionos|online sas|colocrossing|psychz)\b/i,
    'hosting',
  ],
  [/\b(?:hosting|hosted|webhost\w*|vps|dedicated|servers?|data ?cent(?:er|re)s?|colo(?:cation)?|cloud)\b/i, 'hosting'],
  [/\b(?:vpn|mullvad|nordvpn|protonvpn|privateinternetaccess|datacamp)\b/i, 'vpn'],
  [
    /\b(?:telecom\w*|telekom\w*|telefonica|telia|telstra|telenor|comcast|charter|verizon|vodafone|orange|t-mobile)\b/i,
    'isp',
  ],
  [
    /\b(?:broadband|cable|dsl|fib(?:er|re)|mobile|wireless|cellular|isp|internet service|at&t|unicom|chinanet)\b/i,
    'isp',
  ],
]

/** What kind of network an organisation's name suggests; null where it suggests none. */
export function kindByName(organisation: string): NetworkKind | null {
  return kinds.find(([words]) => words.test(organisation.slice(0, 200)))?.[1] ?? null
}
