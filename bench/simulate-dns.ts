/**
 * `node bench/simulate-dns.ts [CLIENT-DAYS [SEED]]`: how often ordinary clients of name servers are accused. Each role of
 * bench/simulate/dns-clients.ts is drawn as logged with answers, without, and with answers as records of their own. Then, apart, those
 * that cannot be kept apart from sweeps.
 */
import { dnsTerms } from '../src/detect/dns/terms.ts'
import { upperBound } from './simulate/bound.ts'
import { type DnsRole, dnsRoles, hardDnsRoles } from './simulate/dns-clients.ts'
import { logStyles, simulateDns } from './simulate/dns-trial.ts'

const clientDays = Number(process.argv[2] ?? 6000)
const seed = Number(process.argv[3] ?? 1)

function table(roles: readonly DnsRole[]): void {
  const weights = roles.reduce((sum, { weight }) => sum + weight, 0)
  const all = { days: 0, accused: 0, live: 0 }
  console.log(
    '| role | log | client-days | queries | accused | rate | 95 % upper bound | live | rate | 95 % upper bound | mean ratio |',
  )
  console.log(`|${'---|'.repeat(11)}`)
  for (const [place, role] of roles.entries()) {
    for (const [variant, style] of logStyles.entries()) {
      const days = Math.ceil((clientDays * role.weight) / weights / logStyles.length)
      const tally = simulateDns(role, style, days, seed * 1000 + 10 * place + variant)
      console.log(
        `| ${[role.name, style, days, tally.queries, ...rates(tally.accused, days), ...rates(tally.accusedLive, days), meanRatio(tally.met)].join(' | ')} |`,
      )
      for (const sentence of tally.because.slice(0, 2)) console.error(`${role.name}, ${style}: ${sentence}`)
      all.days += days
      all.accused += tally.accused
      all.live += tally.accusedLive
    }
  }
  console.log(
    `| ${['all', '', all.days, '', ...rates(all.accused, all.days), ...rates(all.live, all.days), ''].join(' | ')} |\n`,
  )
}

function rates(accused: number, days: number): (number | string)[] {
  return [accused, (accused / days).toExponential(1), upperBound(accused, days).toExponential(1)]
}

/** Of the terms that clients met; the guarantee of the statistic asks for 1 or less. */
function meanRatio(met: Float64Array): string {
  const count = met.reduce((sum, n) => sum + n, 0)
  const sum = dnsTerms.reduce((total, { ratio }, n) => total + ratio * (met[n] as number), 0)
  return count === 0 ? '' : (sum / count).toFixed(2)
}

table(dnsRoles)
table(hardDnsRoles)
