/** Ports that scans for one purpose ask for. */
export interface Campaign {
  readonly id: string
  readonly name: string
  readonly purpose: string
  /** All of these. */
  readonly ports: readonly number[]
  /** And at least so many of these. */
  readonly among?: { readonly ports: readonly number[]; readonly least: number }
  /** Beside them at most so many others. */
  readonly others: number
  readonly references: readonly string[]
}

/**
 * Port sets of known campaigns and of the weaknesses they look for, the most special first. A set names what is looked for, not
 * who looks: that is why it only adds a sentence.
 */
const campaigns: readonly Campaign[] = [
  {
    id: 'teamtnt-docker',
    name: 'Open Docker and Kubernetes interfaces',
    purpose: 'Taking over containers through interfaces that ask for no password, as TeamTNT does for mining.',
    ports: [2375],
    among: { ports: [2376, 2377, 4243, 4244, 10250, 10255, 6443, 2379, 8443], least: 1 },
    others: 4,
    references: ['https://attack.mitre.org/groups/G0139/', 'T1610', 'T1595.001'],
  },
  {
    id: 'mirai-telnet',
    name: 'Telnet of routers and cameras',
    purpose: 'Spreading of Mirai and its kin by factory passwords.',
    ports: [23],
    among: { ports: [2323, 5555, 7547, 37215, 52869, 60023], least: 1 },
    others: 1,
    references: ['https://attack.mitre.org/software/S1152/', 'CVE-2017-17215', 'CVE-2014-8361'],
  },
  {
    id: 'adb',
    name: 'Android debug bridge',
    purpose: 'Taking over devices whose debug port is open.',
    ports: [5555],
    others: 0,
    references: ['T1210'],
  },
  {
    id: 'smb',
    name: 'Windows file sharing',
    purpose: 'Looking for SMB weaknesses (EternalBlue, SMBGhost) and weak accounts, before worms and ransomware.',
    ports: [445],
    among: { ports: [135, 139, 3389], least: 0 },
    others: 0,
    references: ['CVE-2017-0144', 'CVE-2020-0796'],
  },
  {
    id: 'rdp',
    name: 'Remote desktops',
    purpose:
      'Looking for remote desktops to guess passwords on, or with BlueKeep; a usual first step of ransomware crews.',
    ports: [3389],
    among: { ports: [3388, 3390, 3391, 33890, 13389, 33389, 3380, 3399], least: 0 },
    others: 0,
    references: ['CVE-2019-0708', 'T1133'],
  },
  {
    id: 'ssh',
    name: 'SSH servers',
    purpose: 'Looking for SSH servers to guess passwords on.',
    ports: [22],
    among: { ports: [2222, 22222, 222, 10022], least: 0 },
    others: 0,
    references: ['T1110', 'T1133'],
  },
  {
    id: 'databases',
    name: 'Open databases',
    purpose: 'Looking for databases without a password, to copy or to hold to ransom.',
    ports: [],
    among: { ports: [1433, 1521, 3306, 5432, 6379, 9200, 27017, 5984, 11211, 9042], least: 3 },
    others: 6,
    references: ['T1190'],
  },
  {
    id: 'vpn',
    name: 'VPN gateways',
    purpose: 'Looking for VPN gateways and their weaknesses.',
    ports: [],
    among: { ports: [443, 4443, 10443, 8443, 500, 4500, 1194, 1723, 1701, 51820], least: 3 },
    others: 4,
    references: ['CVE-2018-13379', 'CVE-2019-11510', 'CVE-2024-3400', 'T1133'],
  },
  {
    id: 'mail',
    name: 'Mail servers',
    purpose: 'Looking for mail servers: relays, Exchange and accounts.',
    ports: [25],
    among: { ports: [110, 143, 465, 587, 993, 995], least: 2 },
    others: 2,
    references: ['CVE-2021-26855'],
  },
  {
    id: 'industrial',
    name: 'Industrial controllers',
    purpose: 'Looking for controllers (Modbus, S7, DNP3, BACnet, EtherNet/IP).',
    ports: [],
    among: { ports: [102, 502, 20000, 44818, 47808, 1911, 2404, 4840, 789, 9600], least: 2 },
    others: 6,
    references: ['T0846'],
  },
  {
    id: 'voip',
    name: 'Telephone systems',
    purpose: "Looking for telephone systems to call at others' cost.",
    ports: [5060],
    among: { ports: [5061, 5070, 5080, 2000, 1720], least: 0 },
    others: 1,
    references: [],
  },
  {
    id: 'web',
    name: 'Web servers',
    purpose: 'Listing web servers; what is tried on them afterwards tells more.',
    ports: [],
    among: { ports: [80, 443, 8080, 8443, 8000, 8008, 8081, 8888], least: 2 },
    others: 0,
    references: [],
  },
]

/** The first campaign whose ports these are. */
export function campaignOf(ports: readonly number[]): Campaign | undefined {
  const asked = new Set(ports)
  return campaigns.find(({ ports: all, among, others }) => {
    if (!all.every((port) => asked.has(port))) return false
    const some = among?.ports.filter((port) => asked.has(port)).length ?? 0
    if (some < (among?.least ?? 0)) return false
    return asked.size - all.length - some <= others
  })
}
