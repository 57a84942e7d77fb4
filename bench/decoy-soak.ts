/**
 * `node bench/decoy-soak.ts [SECONDS]` (600): a decoy under nmap -sV, masscan --banners, logins and random bytes, in a network made for
 * it (root; nmap, masscan, ip). One line of JSON; ends with 1 where a session is missing or doubled, memory grows, or it opened a connection.
 */
import { faultsOf, soak } from './decoy/soak.ts'

const result = await soak(Number(process.argv[2] ?? 600))
const faults = faultsOf(result)
console.log(JSON.stringify({ ...result, faults }))
process.exitCode = faults.length === 0 ? 0 : 1
