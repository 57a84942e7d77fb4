import type { Block, Direction } from '../../../../respond/respond.ts'

type Technique = readonly [uid: string, name: string]

/** Techniques of MITRE D3FEND (https://d3fend.mitre.org), by the direction of what is filtered. */
const filters: Readonly<Record<Direction, readonly Technique[]>> = {
  in: [['D3-ITF', 'Inbound Traffic Filtering']],
  out: [['D3-OTF', 'Outbound Traffic Filtering']],
  both: [
    ['D3-ITF', 'Inbound Traffic Filtering'],
    ['D3-OTF', 'Outbound Traffic Filtering'],
  ],
}
/** D3FEND has no technique that slows traffic: a throttle is what both kinds of filtering are kinds of. */
const restriction: Technique = ['D3-NTF', 'Network Traffic Filtering']
const giveBack: Technique = ['D3-RNA', 'Restore Network Access']

export function countermeasuresOf(phase: 'block' | 'release', { direction, measure }: Block): readonly object[] {
  if (phase === 'release') return [countermeasure('Restore', giveBack)]
  return (measure === 'throttle' ? [restriction] : filters[direction]).map((each) => countermeasure('Isolate', each))
}

function countermeasure(tactic: string, [uid, name]: Technique): object {
  return {
    d3f_tactic: { name: tactic, src_url: `https://d3fend.mitre.org/tactic/d3f:${tactic}/` },
    d3f_technique: { uid, name, src_url: `https://d3fend.mitre.org/technique/d3f:${name.replaceAll(' ', '')}/` },
  }
}
