import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What is measured, by Prometheus' naming (https://prometheus.io/docs/practices/naming/). docs/service.md says what each one is. */
export function instruments() {
  const registry = new Registry()
  const registers = [registry]
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name: `sweepwatch_${name}`, help, labelNames, registers })
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: `sweepwatch_${name}`, help, labelNames, registers })
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    events: counter('source_events_total', 'Events read from a source, as last kept.', 'source'),
    malformed: counter('source_malformed_total', 'Records of a source that could not be read, as last kept.', 'source'),
    lost: counter('source_lost_total', 'Packets or records lost before they could be read, as last kept.', 'source'),
    lag: gauge('source_lag_seconds', 'Time since the newest event of a source, as last kept.', 'source'),
    kept: gauge('sources_kept_timestamp_seconds', 'When the engine last kept what it knows of its sources.'),
    stateBytes: gauge('state_bytes', 'Size of what lies in the state directory.', 'part'),
    diskFree: gauge('disk_free_bytes', 'Space left on the disk of the state directory.'),
    cases: gauge('cases', 'Cases by status and decision.', 'status', 'decision'),
    scans: gauge('scans', 'Scans in all cases.'),
    plans: gauge('plans', 'Containment plans by status.', 'status'),
    blocks: gauge(
      'blocks',
      'Networks of live plans, by target, what was done and what is proven.',
      'target',
      'state',
      'proof',
    ),
    jobs: gauge('jobs', 'Analyses of files that were sent, by state.', 'state'),
    clients: gauge('live_clients', 'Pages that listen for changes.'),
    engineUp: gauge('engine_up', '1 while the engine runs, 0 while it does not.'),
    engineRestarts: gauge('engine_restarts', 'How often the engine was started again since the service began.'),
    requests: new Histogram({
      name: 'sweepwatch_http_request_duration_seconds',
      help: 'Time until an operation had its answer; a stream counts until it begins.',
      labelNames: ['operation', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  }
}

export type Instruments = ReturnType<typeof instruments>
