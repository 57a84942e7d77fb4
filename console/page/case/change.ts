import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CasePage } from '../../../src/server/contract.ts'
import { send } from '../../app/api.ts'

/**
 * Changes the case, and shows it as it then stands. What people have decided since this page was read is refused by the service, and
 * the page is read anew, so that the next try is against what is seen.
 * @param what last part of the path: `notes`, `close`, `steps/4f1c…`
 */
export function useCaseChange(head: CasePage['head'], what: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: object) => send<object>('POST', `/api/cases/${head.id}/${what}`, { ...body, seen: head.seen }),
    onSettled: () => client.invalidateQueries({ queryKey: ['cases'] }),
  })
}
