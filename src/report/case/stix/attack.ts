import type { StixObject } from './object.ts'

/**
 * T1595.001 as an object of ATT&CK: MITRE's own id and times, so that it is one with what the reader has; the description is left
 * out. From the enterprise bundle of ATT&CK 18.
 */
export const scanningIpBlocks: StixObject = {
  type: 'attack-pattern',
  spec_version: '2.1',
  id: 'attack-pattern--db8f5003-3b20-48f0-9b76-123e44208120',
  created_by_ref: 'identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5',
  created: '2020-10-02T16:54:23.193Z',
  modified: '2025-10-24T17:49:28.603Z',
  name: 'Scanning IP Blocks',
  kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: 'reconnaissance' }],
  external_references: [
    {
      source_name: 'mitre-attack',
      url: 'https://attack.mitre.org/techniques/T1595/001',
      external_id: 'T1595.001',
    },
  ],
}

/** Who made it. */
export const mitre: StixObject = {
  type: 'identity',
  spec_version: '2.1',
  id: 'identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5',
  created: '2017-06-01T00:00:00.000Z',
  modified: '2025-03-19T15:00:40.855Z',
  name: 'The MITRE Corporation',
  identity_class: 'organization',
}
