import type { KnownActor } from './intel.ts'

/** A group or botnet that a list's words are recognised as. */
interface Named extends KnownActor {
  readonly aliases: readonly string[]
}

/**
 * Groups that ATT&CK names for T1595.001 in our runbook, with what else they are called (attack.mitre.org/groups/G0139, G1003).
 * Lists may name any other.
 */
const groups: readonly Named[] = [
  { id: 'G0139', name: 'TeamTNT', aliases: ['Team TNT'] },
  {
    id: 'G1003',
    name: 'Ember Bear',
    aliases: ['UNC2589', 'Bleeding Bear', 'DEV-0586', 'Cadet Blizzard', 'Frozenvista', 'UAC-0056', 'Lorec53'],
  },
]

/** Botnets whose machines scan or whose servers are scanned from; ids are ATT&CK's of the software, where it has one. */
const botnets: readonly Named[] = [
  { id: null, name: 'Mirai', aliases: ['ELF.Mirai', 'Linux.Mirai'] },
  { id: null, name: 'Mozi', aliases: ['ELF.Mozi'] },
  { id: null, name: 'Gafgyt', aliases: ['Bashlite', 'ELF.Bashlite', 'Lizkebab', 'Torlus'] },
  { id: null, name: 'Hajime', aliases: ['ELF.Hajime'] },
  { id: null, name: 'Tsunami', aliases: ['Kaiten', 'ELF.Tsunami'] },
  { id: null, name: 'XorDDoS', aliases: ['XOR DDoS', 'ELF.XorDDoS'] },
  { id: null, name: 'FritzFrog', aliases: ['ELF.FritzFrog'] },
  { id: null, name: 'Muhstik', aliases: ['ELF.Muhstik'] },
  { id: null, name: 'Glupteba', aliases: ['Win.Glupteba'] },
  { id: null, name: 'Sality', aliases: ['Win.Sality'] },
  { id: 'S0599', name: 'Kinsing', aliases: ['H2Miner', 'ELF.Kinsing'] },
  { id: 'S0608', name: 'Conficker', aliases: ['Kido', 'Downadup', 'Win.Conficker'] },
  { id: 'S0367', name: 'Emotet', aliases: ['Geodo', 'Heodo', 'Win.Emotet'] },
  { id: 'S0650', name: 'QakBot', aliases: ['QBot', 'Pinkslipbot', 'QuackBot', 'Win.QakBot'] },
  { id: 'S0266', name: 'TrickBot', aliases: ['TSPY_TRICKLOAD', 'Totbrick', 'Win.TrickBot'] },
  { id: 'S0384', name: 'Dridex', aliases: ['Bugat v5', 'Win.Dridex'] },
]

/** ATT&CK's ids of groups, software and campaigns. */
const attackId = /^[GSC]\d{4}$/

const byWord = new Map<string, KnownActor>()
for (const { id, name, aliases } of [...groups, ...botnets]) {
  for (const word of [name, ...aliases, ...(id === null ? [] : [id])]) byWord.set(plain(word), { id, name })
}

const botnetNames = new Set(botnets.map(({ name }) => name))

/**
 * Whether an actor is software that runs on machines of many, and no group of people: one of its machines that scans the whole
 * Internet is background noise, however sure a list is of it.
 */
export function isBotnet({ id, name }: KnownActor): boolean {
  return botnetNames.has(name) || id?.startsWith('S') === true
}

/** Names are compared by their letters and digits: `Team TNT` is `teamtnt`. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** The group or botnet that one of the words names, by a name or by ATT&CK's id; null where none is one of ours. */
export function knownActor(...words: readonly (string | null | undefined)[]): KnownActor | null {
  for (const word of words) {
    const known = word ? byWord.get(plain(word)) : undefined
    if (known) return known
  }
  return null
}

/**
 * The actor that somebody names: one of ours under its own name, else as it is called. `Ember Bear - G1003`, as MISP writes it,
 * tells both.
 * @param id ATT&CK's, where it is told apart
 */
export function actorNamed(name: string, aliases: readonly string[] = [], id: string | null = null): KnownActor {
  const found = /^(.*\S)\s+-\s+([GSC]\d{4})$/.exec(name)
  const called = found?.[1] ?? name
  const told = [id, found?.[2]].find((word) => word != null && attackId.test(word)) ?? null
  return knownActor(told, called, ...aliases) ?? { id: told, name: called }
}
