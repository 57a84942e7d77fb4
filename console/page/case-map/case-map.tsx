import { Anchor } from '@mantine/core'
import { Link, useParams } from 'wouter'
import { usePageKeys } from '../../app/keys.tsx'
import { AddressMap } from '../../part/address-map/address-map.tsx'
import { PageFrame } from '../../part/page-frame.tsx'

const keys = [
  { keys: '← → ↑ ↓', about: 'Move the cursor of the map (Shift: by eight)' },
  { keys: '+ -', about: 'Zoom; - at the whole block opens the block around it' },
  { keys: 'Enter', about: 'Open the smaller block under the cursor' },
  { keys: '0', about: 'The whole block' },
  { keys: 'Space', about: 'Play or pause the replay' },
]

/** The address map of a case at full size; its view stands in the page's address. */
export default function CaseMapPage() {
  const { id = '' } = useParams<{ id: string }>()
  usePageKeys(keys)
  return (
    <PageFrame
      title="Address map"
      actions={
        <Anchor component={Link} href={`/cases/${id}`} size="sm">
          Back to the case
        </Anchor>
      }
    >
      <AddressMap caseId={id} isPage />
    </PageFrame>
  )
}
