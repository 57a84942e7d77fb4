import './address-map.css'
import { useComputedColorScheme } from '@mantine/core'
import { Empty, Loaded } from '../state.tsx'
import { MapOfTouches } from './map-of-touches.tsx'
import { useTouches } from './use-touches.ts'

/**
 * What a case touched, as a Hilbert curve and along the port axis, replayed over time.
 * @param isPage whether it is a page of its own: its view then stands in the page's address
 */
export function AddressMap({ caseId, isPage = false }: { readonly caseId: string; readonly isPage?: boolean }) {
  const { view, touches } = useTouches(caseId)
  const scheme = useComputedColorScheme('light')
  return (
    <Loaded query={view} height={480}>
      {(told) =>
        told.touches === 0 ? (
          <Empty>
            No touch of this case was kept: its scans were recorded by a version that did not keep them, or are known
            from other records than contacts.
          </Empty>
        ) : (
          <Loaded query={touches} height={480}>
            {(all) => <MapOfTouches caseId={caseId} view={told} touches={all} scheme={scheme} isPage={isPage} />}
          </Loaded>
        )
      }
    </Loaded>
  )
}
