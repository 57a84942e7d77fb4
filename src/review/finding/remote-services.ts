/** Ways to administer a machine, and ways into a network, by where they listen. */
export interface RemoteService {
  readonly name: string
  readonly protocol: number
  readonly ports: readonly number[]
  /** A VPN is meant to be reached from outside; what it lets in is another question. */
  readonly isVpn: boolean
}

const tcp = 6
const udp = 17

export const remoteServices: readonly RemoteService[] = [
  { name: 'SSH', protocol: tcp, ports: [22], isVpn: false },
  { name: 'Telnet', protocol: tcp, ports: [23], isVpn: false },
  { name: 'RDP', protocol: tcp, ports: [3389], isVpn: false },
  { name: 'RDP over UDP', protocol: udp, ports: [3389], isVpn: false },
  { name: 'VNC', protocol: tcp, ports: [5800, 5900, 5901, 5902, 5903], isVpn: false },
  { name: 'WinRM', protocol: tcp, ports: [5985, 5986], isVpn: false },
  { name: 'IKE (IPsec)', protocol: udp, ports: [500, 4500], isVpn: true },
  { name: 'L2TP', protocol: udp, ports: [1701], isVpn: true },
  { name: 'PPTP', protocol: tcp, ports: [1723], isVpn: true },
  { name: 'OpenVPN', protocol: udp, ports: [1194], isVpn: true },
  { name: 'OpenVPN over TCP', protocol: tcp, ports: [1194], isVpn: true },
  { name: 'WireGuard', protocol: udp, ports: [51820], isVpn: true },
  { name: 'SSL VPN', protocol: tcp, ports: [4433, 10443], isVpn: true },
]

export function remoteServiceAt(protocol: number, port: number | undefined): RemoteService | undefined {
  return port === undefined
    ? undefined
    : remoteServices.find((service) => service.protocol === protocol && service.ports.includes(port))
}
