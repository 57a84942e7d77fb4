import type { Entry } from './entries.ts'

function entry(kind: string, name: string, aliases: readonly string[], ...about: readonly string[]): Entry {
  return { kind, name, aliases, about }
}

/** What an analyst may ask: what it means, why it matters, what would change it. */
export const glossary: readonly Entry[] = [
  entry(
    'verdict',
    'scan',
    ['T1595.001', 'T1595', 'active scanning'],
    'A source, or several together, that tried addresses or ports of a network to learn what is there (MITRE ATT&CK T1595.001, Scanning IP Blocks). It is told by first contacts: a scanner asks for addresses where nothing lives and ports that never served anybody, which ordinary clients hardly do.',
    'It matters because it comes before an attack, and because what answered is now known to the scanner. An allowlisted source, or later proof that the contacted services do serve others, would turn the verdict round: each scan lists that under "What would reverse this".',
  ),
  entry(
    'verdict',
    'undecided',
    [],
    'A source that asked only for live services, a few of each, and behaved as a scanner with a list of targets might. Outcomes cannot decide: an ordinary client of several services looks the same. Look at what it did there, or give more logs.',
  ),
  entry(
    'verdict',
    'backscatter',
    [],
    'Answers to packets that somebody else sent with our addresses as forged source: SYN-ACKs, RSTs or ICMP errors from the victim of a denial-of-service attack. The source is a victim, no scanner. Never block it for this.',
  ),
  entry(
    'shape',
    'horizontal',
    ['sweep'],
    'The same few ports on many addresses: which hosts run this service? Typical of worms, of tools like Masscan and ZMap, and of somebody who has an exploit and looks for where to use it.',
  ),
  entry(
    'shape',
    'vertical',
    [],
    'Many ports of one host, or of very few: what does this machine run? It shows interest in the particular host, which makes it rarer and more worth a look than a sweep.',
  ),
  entry(
    'shape',
    'block',
    [],
    'Several ports on many addresses: a survey of the whole network. At least five ports on more than three hosts.',
  ),
  entry(
    'order',
    'sequential',
    [],
    'Address after address upwards, as Nmap without --randomize-hosts and most scripts do. "p" is the chance that an unordered source would show so many steps of +1.',
  ),
  entry('order', 'reverse', [], 'Address after address downwards. Same proof as sequential.'),
  entry(
    'order',
    'strided',
    [],
    'Constant steps other than one, for example every 16th address: a divided job, or a sample of the network.',
  ),
  entry(
    'order',
    'permuted',
    [],
    'No visible order, yet no address comes twice before all had their turn: a pseudo-random permutation, as ZMap (a cyclic group) and Masscan (a cipher) use so that no network sees a burst. Chance alone would have repeated some addresses; p says how surely.',
  ),
  entry('order', 'random', [], 'Random picks, with the repeats that chance brings: worms and home-made tools.'),
  entry('order', 'unknown', ['unknown order'], 'Too few targets, or no pattern strong enough to be told from chance.'),
  entry(
    'field',
    'spoofable',
    ['spoofed', 'forged'],
    'Could the source address be forged? false: a handshake was completed, or later packets depend on our answers; only the owner of the address receives those. true: nothing shows it; the packets may come from anywhere. null: these logs cannot show it (a firewall log without flags, one direction only).',
    'It matters for blocking: blocking a forged address harms a bystander and lets an attacker choose whom we cut off. A completed connection from the source would change it.',
  ),
  entry(
    'field',
    'decoys',
    ['decoy'],
    'Addresses that sent the same probes at the same time with the same header values: the scanner mixes forged senders among its own packets (nmap -D) so that nobody knows which is real. Which one it is often cannot be decided; do not block any of them for this.',
  ),
  entry(
    'field',
    'background',
    ['background radiation', 'noise'],
    'Internet background radiation: sweeps of the whole address space that reach every network every day. true: it looks like that. false: aimed at us (our blocks only, or what is ours was chosen). null: it cannot be told, usually for want of a view of other networks.',
    'It matters for escalation: background noise alone is not escalated, a scan aimed at us is. Targets chosen among our live hosts, or a return after the sweep, would change it.',
  ),
  entry(
    'field',
    'knowledge',
    ['causal', 'whole-input'],
    'causal: the decision used only what had been seen until then, as a live service would decide. whole-input: a second pass over the files also knew what came later, for example that a service was merely down at first. Both are right; only causal ones show how fast a live service would have been.',
  ),
  entry(
    'field',
    'confidence',
    [],
    'How sure the verdict is, 0 to 1, from how far the score passed its threshold and how good the view of the logs was. It is no severity: a harmless scan may be certain.',
  ),
  entry(
    'field',
    'severity',
    [],
    'How much it matters: what was learned (did anything answer, were banners taken), who asks (from inside is worse), how deliberate it was. It is no certainty: see confidence.',
  ),
  entry(
    'field',
    'direction',
    ['inbound', 'outbound', 'internal', 'external'],
    'inbound: from outside to our networks. outbound: one of our hosts scans others; it may be compromised, and complaints will come. internal: one of our hosts scans our networks, which is lateral movement until explained. external: neither end is ours, so check --net.',
  ),
  entry(
    'field',
    'coverage',
    [],
    'The share of the scanned block that was touched, from its first to its last address as far as the block is ours. 100 % means nobody was left out.',
  ),
  entry(
    'field',
    'probesToDetect',
    ['probes to detect', 'detected'],
    'How many distinct targets (address and port) had been tried when the score passed the threshold: what a live service would have let through before it spoke.',
  ),
  entry(
    'field',
    'pending',
    [],
    'Probes whose outcome was still open when the input ended. They count as unanswered and are marked, because a longer capture could turn them into answers.',
  ),
  entry(
    'field',
    'distributed',
    ['members', 'coordinated'],
    'One scan shared by several sources: they divide the targets with hardly any overlap, or share a tool, its settings or a source port. Each member is listed with the reason it is counted in.',
  ),
  entry(
    'field',
    'tool',
    ['fingerprint'],
    'The program that made the packets, told by relations between header fields that only it makes (Masscan: IP ID = address xor port xor sequence) or by its payload. A scanner can change them: a match is strong evidence, no match says nothing.',
  ),
  entry(
    'field',
    'open',
    [],
    'What answered: what the scan learned about us, and where the next step of an attacker would go. Review these first, in the logs and for patches.',
  ),
  entry(
    'field',
    'outcomes',
    ['established', 'refused', 'unanswered', 'blocked'],
    'How the probes ended. established: something answered. refused: a RST or an ICMP error came back. unanswered: silence. blocked: a firewall said so. unknown: this sensor sees no answers in that direction.',
  ),
  entry(
    'field',
    'malformed',
    ['ignored', 'truncated'],
    'malformed: records that claim to be of the format and cannot be read; they are damage and make the exit code 4. ignored: understood, but nothing about contacts. truncated: packets cut by the snaplen; their headers were read.',
  ),
  entry(
    'score',
    'score',
    ['nats', 'log-likelihood'],
    'Evidence in nats: the natural logarithm of how much more likely the contacts are from a scanner than from an ordinary client. 2.3 nats are a factor of ten. Every first contact adds its term; the sum of the terms is the score.',
    'The statistic (Shiryaev-Roberts) has no time window, so a scan of three weeks scores like one of three seconds, and good behaviour before does not shield: after a thousand ordinary contacts a scan is found as fast as after none.',
  ),
  entry(
    'score',
    'threshold',
    [],
    'Where a source is called a scanner. 16.1 nats (ln 10,000,000) for sources outside: on average ten million ordinary first contacts between two false alarms. 18.4 (ln 100,000,000) for our own hosts, whose false accusation costs more.',
  ),
  entry(
    'score',
    'first contact',
    ['contact'],
    'The first time a source asks for an address and port. Only these count: repeating a request says little, asking for ever new targets says much.',
  ),
  entry(
    'configuration',
    'networks',
    ['--net', 'sweepwatch.yaml', 'config', 'net'],
    'Our address space: from --net, else `networks: [192.0.2.0/24]` in sweepwatch.yaml (here, or named with --config), else inferred from the traffic, which the report says. Given networks make dark addresses, coverage and direction exact; inferred ones may miss a block nobody answers in.',
  ),
  entry(
    'configuration',
    'state',
    ['--state'],
    'A folder in which Sweepwatch keeps what it has learned: which services are alive, whom it suspects. With it, a slow scan is followed across runs. Without it nothing is read or kept, and the same input gives the same output.',
  ),
  entry(
    'configuration',
    'where',
    ['--where'],
    "The filter of `sweepwatch events`: comparisons (= != < <= > >=), `~` (contains), `in` (a network), joined by and, or, not and parentheses. Fields are those the command prints; a dot reaches inside (signature.id); host is either address, port either port. Example: 'src in 203.0.113.0/24 and not dstPort = 443'.",
  ),
]
