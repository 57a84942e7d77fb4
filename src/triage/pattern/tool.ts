import type { KnownPattern } from './pattern.ts'

/** What the tools are usually used for, by their makers' words and by who is seen with them. */
const purposes: Readonly<Record<string, { readonly purpose: string; readonly references: readonly string[] }>> = {
  nmap: {
    purpose:
      'Finding hosts and services of one network, by administrators, testers and intruders alike: a person chose these targets.',
    references: ['https://nmap.org/book/man.html'],
  },
  masscan: {
    purpose: 'Sweeping large ranges fast for a few ports; common before botnets and ransomware crews try exploits.',
    references: ['https://github.com/robertdavidgraham/masscan'],
  },
  zmap: {
    purpose: 'Sweeping the whole Internet for one port, mostly for research and for search engines of services.',
    references: ['https://zmap.io'],
  },
  unicornscan: {
    purpose: 'Asynchronous sweeps of many ports, by testers.',
    references: ['http://www.unicornscan.org'],
  },
  hping3: {
    purpose: 'Packets made by hand: probing of filters, and denial of service.',
    references: ['https://www.kali.org/tools/hping3/'],
  },
  Mirai: {
    purpose: 'Self-spreading malware that looks for devices with factory passwords.',
    references: ['https://attack.mitre.org/software/S1152/'],
  },
}

export default {
  id: 'tool',
  find({ scans }) {
    const tool = scans.find(({ tool }) => tool !== null)?.tool
    if (!tool) return undefined
    const known =
      purposes[tool.name] ??
      Object.entries(purposes).find(([name]) => tool.name.toLowerCase().startsWith(name.toLowerCase()))?.[1]
    return {
      id: `tool-${tool.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`,
      name: `Made with ${tool.name}`,
      purpose: known?.purpose ?? 'A scanning tool.',
      because: [`${tool.name}: ${tool.because}.`],
      references: known?.references ?? [],
    }
  },
} satisfies KnownPattern
