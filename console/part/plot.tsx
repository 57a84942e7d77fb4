import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import UPlot, { type AlignedData, type Options } from 'uplot'

/** Colours of lines and axes, which a canvas cannot take from the style sheet. */
export interface PlotColours {
  readonly line: string
  readonly fill: string
  readonly text: string
  readonly grid: string
}

const colours: Readonly<Record<'light' | 'dark', PlotColours>> = {
  light: { line: '#087f5b', fill: '#087f5b33', text: '#343a40', grid: '#dee2e6' },
  dark: { line: '#38d9a9', fill: '#38d9a933', text: '#ced4da', grid: '#495057' },
}

/**
 * A chart that fills its width and is drawn anew when its data, its colours or its width change. What it shows has to stand in text or a
 * table as well.
 *
 * @param make called with the colours of the scheme; give the same function for the same chart
 */
export function Plot({
  label,
  height,
  data,
  make,
}: {
  readonly label: string
  readonly height: number
  readonly data: AlignedData
  readonly make: (colours: PlotColours) => Omit<Options, 'width' | 'height'>
}) {
  const scheme = useComputedColorScheme('light')
  const { ref, width } = useElementSize()
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | null>(null)
  const size = useRef({ width, height })
  size.current = { width, height }
  const isSized = width > 0
  useEffect(() => {
    if (place.current === null || !isSized) return
    const made = new UPlot({ ...make(colours[scheme]), ...size.current }, data, place.current)
    plot.current = made
    return () => {
      plot.current = null
      made.destroy()
    }
  }, [make, data, scheme, isSized])
  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height })
  }, [width, height])
  return (
    <div ref={ref} style={{ height, minWidth: 0, overflow: 'hidden' }}>
      <div ref={place} role="img" aria-label={label} />
    </div>
  )
}
