import { useSearchParams } from 'wouter'

const key = 'evidence'

/** Which record is open, kept in the address: it can be shared, and "back" closes it. */
export function useOpenEvidence(): { readonly ref: string | null; readonly close: () => void } {
  const [search, setSearch] = useSearchParams()
  return {
    ref: search.get(key),
    close: () =>
      setSearch((before) => {
        before.delete(key)
        return before
      }),
  }
}

export function useEvidence(ref: string): { readonly open: () => void; readonly isOpen: boolean } {
  const [search, setSearch] = useSearchParams()
  return {
    isOpen: search.get(key) === ref,
    open: () =>
      setSearch((before) => {
        before.set(key, ref)
        return before
      }),
  }
}
