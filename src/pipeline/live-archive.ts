import type { Retention } from '../archive/retention.ts'
import type { ArchiveWriter, WriterOptions } from '../archive/writer.ts'

/** Where a service keeps its events, and for how long. */
export interface LiveArchiveOptions {
  readonly directory: string
  readonly retention?: Retention
}

/** Opens the archive for a service. DuckDB is loaded only where there is one. */
export async function openLiveArchive(
  { directory, retention }: LiveArchiveOptions,
  rest: Omit<WriterOptions, 'directory' | 'writer' | 'retention'>,
): Promise<ArchiveWriter> {
  const { ArchiveWriter } = await import('../archive/writer.ts')
  return ArchiveWriter.open({ directory, writer: 'watch', ...(retention ? { retention } : {}), ...rest })
}
