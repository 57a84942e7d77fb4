import { Anchor, List, Text } from '@mantine/core'
import { useState } from 'react'
import { Hostile } from '../../part/text.tsx'

/** Sentences as bullets; of many the first, and the others when asked for. */
export function Sentences({ texts, most = 8 }: { readonly texts: readonly string[]; readonly most?: number }) {
  const [isWhole, setWhole] = useState(false)
  if (texts.length === 0) return null
  const shown = isWhole ? texts : texts.slice(0, most)
  return (
    <>
      <List size="sm" className="sentences">
        {shown.map((text) => (
          <List.Item key={text}>
            <Hostile text={text} />
          </List.Item>
        ))}
      </List>
      {texts.length > shown.length && (
        <Anchor component="button" type="button" size="sm" onClick={() => setWhole(true)}>
          {texts.length - shown.length} more
        </Anchor>
      )}
    </>
  )
}

/** A label before text in one small paragraph; nothing where there is none. */
export function Said({ label, texts }: { readonly label: string; readonly texts: readonly string[] }) {
  if (texts.length === 0) return null
  return (
    <Text size="sm" c="dimmed" mt={4}>
      <b>{label}:</b> <Hostile text={texts.join('; ')} />
    </Text>
  )
}
