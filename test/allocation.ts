import { type HeapProfiler, Session } from 'node:inspector/promises'

/**
 * Bytes that functions of files that match allocate while something is done, garbage included. Read from V8's sampling
 * profiler, by who allocates: what the engine or other tests take meanwhile does not count.
 */
export async function allocatedBy(files: RegExp, act: () => unknown): Promise<number> {
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 1024,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as HeapProfiler.StartSamplingParameterType)
  await act()
  const { profile } = await session.post('HeapProfiler.stopSampling')
  session.disconnect()
  return allocatedIn(profile.head, files)
}

function allocatedIn(node: HeapProfiler.SamplingHeapProfileNode, files: RegExp): number {
  const own = files.test(node.callFrame.url) ? node.selfSize : 0
  return node.children.reduce((sum, child) => sum + allocatedIn(child, files), own)
}
