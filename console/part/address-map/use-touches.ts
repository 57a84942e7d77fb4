import { useQuery } from '@tanstack/react-query'
import type { MapView } from '../../../src/server/contract.ts'
import { get, getBytes } from '../../app/api.ts'
import { readTouches } from './touches.ts'

/** What there is to draw, and the touches: these are asked for again only when there are others. */
export function useTouches(caseId: string) {
  const view = useQuery({
    queryKey: ['cases', 'one', caseId, 'map'],
    queryFn: ({ signal }) => get<MapView>(`/api/cases/${encodeURIComponent(caseId)}/map`, {}, signal),
  })
  const version = view.data?.version
  const touches = useQuery({
    queryKey: ['map-touches', caseId, version],
    queryFn: async ({ signal }) =>
      readTouches(await getBytes(`/api/cases/${encodeURIComponent(caseId)}/map/touches`, signal)),
    enabled: version !== undefined && (view.data?.touches ?? 0) > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: (before) => before,
    structuralSharing: false,
  })
  return { view, touches }
}
