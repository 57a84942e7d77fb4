import { Button, Checkbox, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CaseFormats } from '../../../src/server/contract.ts'
import { get, pathWith } from '../../app/api.ts'
import { useMay } from '../../app/session.tsx'

/** The case in the formats of the field, its packets, and tier 2's package. */
export function ExportMenu({ caseId }: { readonly caseId: string }) {
  const [pseudonyms, setPseudonyms] = useState(false)
  const [internal, setInternal] = useState(false)
  const mayPack = useMay('analyst')
  const query = useQuery({
    queryKey: ['case-formats'],
    queryFn: ({ signal }) => get<CaseFormats>('/api/case-formats', undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const path = (format: string, show = false) =>
    pathWith(`/api/cases/${caseId}/exports/${format}`, {
      ...(pseudonyms && { pseudonyms }),
      ...(internal && { internal }),
      ...(show && { show }),
    })
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default">
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
        <Menu.Item onClick={() => print(path('html', true))}>Print, or save as PDF</Menu.Item>
        {mayPack && (
          <>
            <Menu.Item component="a" href={`/api/cases/${caseId}/packets`} download>
              Packets (pcapng)
            </Menu.Item>
            <Menu.Item component="a" href={`/api/cases/${caseId}/pack`} download>
              Package for tier 2 (tar.gz)
            </Menu.Item>
          </>
        )}
        <Menu.Divider />
        {query.data?.formats.map(({ id, title, about }) => (
          <Menu.Item key={id} component="a" href={path(id)} download title={about}>
            {title}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>In formats above</Menu.Label>
        <Menu.Item component="div">
          <Checkbox
            size="xs"
            label="Pseudonyms for our addresses and names"
            checked={pseudonyms}
            onChange={({ currentTarget }) => setPseudonyms(currentTarget.checked)}
          />
        </Menu.Item>
        <Menu.Item component="div">
          <Checkbox
            size="xs"
            label="Name our addresses to others"
            checked={internal}
            onChange={({ currentTarget }) => setInternal(currentTarget.checked)}
          />
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Opens the HTML report, which has a style for paper, and the browser's print dialogue over it. */
function print(path: string): void {
  const page = window.open(path, '_blank')
  page?.addEventListener('load', () => page.print())
}
