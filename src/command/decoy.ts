import type { CommandSpec } from './command.ts'
import { networkOptions } from './own-networks.ts'

export default {
  id: 'decoy',
  about:
    'Low-interaction decoys: services that only learn who touches them and with what; on addresses, or on all unused ones of a block.',
  examples: [
    {
      line: 'sweepwatch decoy --listen 192.0.2.50 --user decoy --dir /var/lib/decoy',
      about: 'an address of this machine becomes a decoy; `watch` follows its log',
    },
    {
      line: 'sweepwatch decoy --net 192.0.2.0/24 --inventory hosts.csv',
      about: 'which addresses are unused, and the nftables rules that would redirect them (nothing is changed)',
    },
    {
      line: 'sweepwatch decoy --net 192.0.2.0/24 --inventory hosts.csv --redirect --any --user decoy',
      about: 'all unused addresses are decoys, on every port',
    },
  ],
  options: [
    {
      flags: '--listen <ADDRESS>',
      about: 'an address of this machine; repeatable (default: all of them, unless --net is given)',
      repeatable: true,
    },
    {
      flags: '--service <LIST>',
      about: 'only these: ssh, telnet, ftp, http, https, smb, rdp, mysql, redis, vnc, sip; repeatable',
      repeatable: true,
    },
    {
      flags: '--port <SERVICE=PORT>',
      about: 'another port for a service, or `any=PORT`: a port of no service; repeatable',
      repeatable: true,
    },
    ...networkOptions,
    {
      flags: '--redirect',
      about: 'redirect touches of unused addresses of --net here, by a table of its own in nftables',
    },
    { flags: '--any', about: 'with --net: every other port of an unused address, too' },
    {
      flags: '--used <FILE>',
      about: 'addresses and networks in use, one a line; repeatable',
      repeatable: true,
      completes: 'file',
    },
    {
      flags: '--inventory <FILE>',
      about: 'an inventory beside those of the configuration, whose hosts are in use; repeatable',
      repeatable: true,
      completes: 'file',
    },
    {
      flags: '--state <DIR>',
      about: 'of analyze or watch: the hosts that it saw alive are in use',
      completes: 'directory',
    },
    {
      flags: '--dir <DIR>',
      about: 'where the log, captures and identity are kept (default: decoy)',
      completes: 'directory',
    },
    { flags: '--user <NAME>', about: 'whom it becomes, once it listens, when root starts it' },
    { flags: '--as-root', about: 'stay root: only where nothing else is on the machine' },
    { flags: '--json', about: 'JSON Lines instead of text, as in the log' },
  ],
  async run(invocation) {
    const { runDecoy } = await import('./decoy/run.ts')
    return runDecoy(invocation)
  },
} satisfies CommandSpec
