import { count, percent, several } from '../../base/quantity.ts'
import type { Scan } from '../../detect/finding.ts'
import type { Judged } from '../facts.ts'
import { isHitList } from '../hit-list.ts'
import { type Question, said } from './question.ts'

/** So many unrelated networks that scan the same targets in a day are the noise that reaches everybody. */
const fewestNetworks = 20
/** Robust standard deviations by which a scan stands out of that noise. */
const outlying = 3
/** Signs less sure than this do not show aim. */
const sure = 0.7

/**
 * Requirement D10: aimed at us (`yes`), the background radiation of the Internet (`no`), or not to be told. Told by where the scan
 * went (localisation), by ports nobody else asks for (novelty), by knowledge of what lives, by coming back to what answered only,
 * and, where all of these are silent, by whether it stands out of the day's noise.
 */
export default {
  id: 'D10',
  text: 'Is it aimed at us, rather than the background noise of the Internet?',
  answer(facts) {
    const { scans, population } = facts
    const inbound = scans.filter(({ direction }) => direction === 'inbound')
    if (inbound.length === 0) {
      return said('yes', 0.9, {
        because: ['It comes from inside our networks, or between them.'],
        looked: ['direction'],
      })
    }
    const looked = ['localisation', 'order', 'knowledge of what lives', 'follow-up of what answered']
    looked.push(
      population.networks > 0
        ? `${several(population.networks, 'other network')} that scanned these targets that day`
        : 'no other scanner that day',
    )
    const noise = noiseOf(facts, inbound)
    const surest = [...followUp(facts), ...knowledge(facts)]
    const aims = [...surest, ...localisation(inbound), ...novelty(facts, looked)]
    // Where a crowd does just that, that it reached our block tells nothing: it is in the crowd that one must stand out.
    const isCrowded = noise?.out === false && surest.length === 0 && !inbound.some(isDeliberate)
    if (aims.length > 0 && !isCrowded) {
      const because = aims.map(({ text }) => text)
      return said('yes', Math.max(...aims.map(({ confidence }) => confidence)), { because, looked })
    }
    if (noise !== undefined)
      return said(noise.out ? 'unknown' : 'no', noise.out ? 0.5 : 0.8, { because: [noise.text], looked })
    if (inbound.every(({ background }) => background === true)) {
      const because = [
        'It touched our block as thinly as a scan of the whole Internet would, without order, and did not come back.',
      ]
      return said('no', 0.85, { because, looked })
    }
    const wouldTell = [
      'a sensor in another network (is it scanned as well?)',
      'the sources a day of each port over 30 days (--state)',
    ]
    return said('unknown', 0.5, {
      because: ['Too little of our space was touched to tell aim from noise.'],
      looked,
      wouldTell,
    })
  },
} satisfies Question

interface Aim {
  readonly text: string
  readonly confidence: number
}

function followUp({ signs }: Judged): Aim[] {
  const deeds = signs.filter(
    ({ kind, confidence }) => kind !== 'uncommon' && kind !== 'admin-pair' && confidence >= sure,
  )
  if (deeds.length === 0) return []
  const hosts = new Set(deeds.map(({ host }) => host))
  return [{ text: `It went on with what had answered, on ${several(hosts.size, 'system')} only.`, confidence: 0.9 }]
}

/** Nobody told it which of our addresses live, and yet it asked for hardly any other. */
function knowledge({ scans, accomplices }: Judged): Aim[] {
  const hitList = scans.find(isHitList)
  const found: Aim[] = []
  if (hitList) {
    const { established, refused } = hitList.outcomes
    const text = `${count(established + refused)} of its ${count(hitList.probes)} probes went to systems that live: it knows them from before.`
    found.push({ text, confidence: 0.7 })
  }
  if (accomplices.length > 0) {
    const text = `${several(accomplices.length, 'other source')} came for just what this scan had found: the work was divided.`
    found.push({ text, confidence: 0.85 })
  }
  return found
}

/** Scans of the whole Internet take addresses at random, and each source for itself. */
function isDeliberate({ order, distributed, background }: Scan): boolean {
  const { kind } = order
  return background === false && (distributed || kind === 'sequential' || kind === 'reverse' || kind === 'strided')
}

function localisation(inbound: readonly Scan[]): Aim[] {
  const aimed = inbound.find(({ background }) => background === false)
  if (aimed === undefined) return []
  const { order, distributed, targets, open } = aimed
  const how = distributed
    ? 'its sources divide our addresses among them'
    : order.kind === 'unknown' || order.kind === 'random'
      ? targets.ports.length > 1 && targets.coverage < 0.5
        ? `it tried ${several(targets.ports.length, 'port')} on ${open.length > 0 ? 'what it found of ours' : 'few of our addresses'}`
        : `it covered ${percent(targets.coverage)} of the block`
      : `it follows our addresses in ${order.kind} order`
  return [{ text: `A scan of the whole Internet touches a block like ours here and there; ${how}.`, confidence: 0.85 }]
}

/** Ports that were hardly ever asked for in the days before. */
function novelty({ scans, baseline }: Judged, looked: string[]): Aim[] {
  if (baseline.days < 7) return []
  looked.push(`ports asked for in ${several(Math.floor(baseline.days), 'day')} before`)
  const ports = [...new Set(scans.flatMap(({ targets }) => targets.ports))].slice(0, 64)
  const usual = ports.filter((port) => (baseline.port(port)?.mean ?? 0) >= 0.2)
  if (ports.length === 0 || usual.length > 0.2 * ports.length) return []
  const text = `${count(ports.length - usual.length)} of its ${several(ports.length, 'port')} were hardly asked for by anybody before.`
  return [{ text, confidence: 0.55 }]
}

/** Where many unrelated networks do the same in a day, one that does not stand out is noise. */
function noiseOf({ population }: Judged, inbound: readonly Scan[]): { out: boolean; text: string } | undefined {
  if (population.networks < fewestNetworks) return undefined
  const probes = inbound.reduce((sum, scan) => sum + scan.probes, 0)
  const hours = Math.max(1 / 60, spanHours(inbound))
  const size = (Math.log(probes) - population.median) / Math.max(population.deviation, 0.3)
  const pace = (Math.log(probes / hours) - population.rateMedian) / Math.max(population.rateDeviation, 0.5)
  const members = new Set(inbound.flatMap(({ sources }) => sources)).size
  const what = `${several(population.networks, 'unrelated network')} scanned these targets that day`
  if (size >= outlying || pace >= outlying) {
    const how = size >= outlying ? `with ${count(probes)} probes` : 'with its pace'
    return {
      out: true,
      text: `${what}; ${members > 1 ? 'these sources together stand' : 'this one stands'} out ${how} (usual: ${count(Math.exp(population.median))}).`,
    }
  }
  return { out: false, text: `${what}, and it did as they do: noise that reaches everybody.` }
}

function spanHours(scans: readonly Scan[]): number {
  const first = Math.min(...scans.map((scan) => Date.parse(scan.first)))
  const last = Math.max(...scans.map((scan) => Date.parse(scan.last)))
  return (last - first) / 3600e3
}
