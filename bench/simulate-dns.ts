/**
 * `node bench/simulate-dns.ts [CLIENT-DAYS [SEED]]`: how often ordinary clients of name servers are accused. Each role of
 * bench/simulate/dns-clients.ts is drawn as logged with answers, without, and with answers as records of their own.
 */
import { dnsTerms } from '../src/detect/dns/terms.ts'
import { upperBound } from './simulate/bound.ts'
import { dnsRoles } from './simulate/dns-clients.ts'
import { logStyles, simulateDns } from './simulate/dns-trial.ts'

const clientDays = Number(process.argv[2] ?? 6000)
const seed = Number(process.argv[3] ?? 1)
const weights = dnsRoles.reduce((sum, { weight }) => sum + weight, 0)
const all = { days: 0, accused: 0 }
console.log('| role | log | client-days | queries | accused | rate | 95 % upper bound | mean ratio |\n|---|---|---|---|---|---|---|---|')
for (const [place, role] of dnsRoles.entries()) {
  for (const style of logStyles) {
    const days = Math.ceil((clientDays * role.weight) / weights / logStyles.length)
    const { accused, queries, met, because } = simulateDns(role, style, days, seed * 1000 + place)
    const count = met.reduce((sum, n) => sum + n, 0)
    const mean = dnsTerms.reduce((sum, { ratio }, n) => sum + ratio * (met[n] as number), 0) / Math.max(1, count)
    const rate = [(accused / days).toExponential(1), upperBound(accused, days).toExponential(1)]
    console.log(`| ${[role.name, style, days, queries, accused, ...rate, mean.toFixed(2)].join(' | ')} |`)
    for (const sentence of because.slice(0, 2)) console.error(`  ${sentence}`)
    all.days += days
    all.accused += accused
  }
}
const bound = upperBound(all.accused, all.days).toExponential(1)
console.log(`| all | | ${all.days} | | ${all.accused} | ${(all.accused / all.days).toExponential(1)} | ${bound} | |`)
