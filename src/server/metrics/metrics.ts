import { now } from '../../base/clock.ts'
import { type KeptSensors, readSensors } from '../../pipeline/sensor-file.ts'
import type { Site } from '../site.ts'
import { unchanged } from '../unchanged.ts'
import { diskFree, stateSizes } from './disk.ts'
import { type Instruments, instruments } from './instruments.ts'
import { storeCounts } from './store-counts.ts'

/** What Prometheus asks for. */
export class Metrics {
  readonly #of: Instruments = instruments()

  /** @param milliseconds until the operation had its answer */
  answered(operation: string, status: number, milliseconds: number): void {
    this.#of.requests.observe({ operation, status: String(status) }, milliseconds / 1000)
  }

  /** In the text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). */
  async text(site: Site): Promise<string> {
    // All that takes time comes first: two that ask at once never write between each other's values.
    const [sensors, sizes, free] = await Promise.all([
      readSensors(site.directory).catch(() => undefined),
      stateSizes(site.directory),
      diskFree(site.directory),
    ])
    this.#setSources(sensors)
    this.#of.diskFree.set(free)
    for (const [part, bytes] of Object.entries(sizes)) this.#of.stateBytes.set({ part }, bytes)
    this.#setStore(site)
    this.#setService(site)
    return this.#of.registry.metrics()
  }

  #setSources(known: KeptSensors | undefined): void {
    const { events, malformed, lost, lag, kept } = this.#of
    for (const each of [events, malformed, lost, lag]) each.reset()
    if (known === undefined) {
      kept.remove()
      return
    }
    kept.set(Date.parse(known.kept) / 1000)
    // A source can have several devices; what was malformed or lost is told of the source as a whole.
    for (const [source, devices] of Map.groupBy(known.sensors, (sensor) => sensor.source)) {
      events.inc(
        { source },
        devices.reduce((sum, each) => sum + each.events, 0),
      )
      malformed.inc({ source }, devices[0]?.malformed)
      lost.inc({ source }, devices[0]?.lost)
      const newest = Math.max(
        ...devices.map(({ last }) => (last === null ? Number.NaN : Date.parse(last))).filter(Number.isFinite),
      )
      if (Number.isFinite(newest)) lag.set({ source }, Math.max(0, (now() / 1000 - newest) / 1000))
    }
  }

  #setStore(site: Site): void {
    const { cases, scans, plans, blocks } = this.#of
    const counts = unchanged(site.cases.database).answer('metrics', () => storeCounts(site.cases.database, site.ledger))
    for (const each of [cases, plans, blocks]) each.reset()
    for (const { count, ...labels } of counts.cases) cases.set(labels, count)
    for (const { count, ...labels } of counts.plans) plans.set(labels, count)
    for (const { count, ...labels } of counts.blocks) blocks.inc(labels, count)
    scans.set(counts.scans)
  }

  #setService({ jobs, live, engine }: Site): void {
    this.#of.jobs.reset()
    for (const [state, count] of Object.entries(jobs.counts())) this.#of.jobs.set({ state }, count)
    this.#of.clients.set(live.clients)
    const { state } = engine
    this.#of.engineUp.set(state.state === 'running' ? 1 : 0)
    this.#of.engineRestarts.set(state.state === 'off' ? 0 : state.restarts)
  }
}
