import type { Touches } from './touches.ts'
import { outcomeNames } from './touches.ts'

export type ColourBy = 'order' | 'outcome' | 'source'
export type Scheme = 'light' | 'dark'

/** From dark to light as the eye measures it (OKLab), so that its order is seen by colour-blind people and in grey. */
const rampSize = 64

/** Colours of the outcomes, as in the HTML report. */
const outcomeColours: Readonly<Record<Scheme, readonly string[]>> = {
  light: ['#c81e5b', '#2f6db5', '#9aa5b1', '#1f8a5b', '#a58b3f'],
  dark: ['#ff5c93', '#5f9fea', '#657282', '#40b983', '#b89d55'],
}
export const emptyColour: Readonly<Record<Scheme, string>> = { light: '#e9ebee', dark: '#222a32' }

/** Sources that have a colour of their own in the legend. */
export const namedSources = 8

export function orderColour(share: number): string {
  const lightness = 0.3 + 0.62 * share
  const hue = ((300 - 200 * share) * Math.PI) / 180
  return oklab(lightness, 0.13, hue)
}

export function outcomeColour(scheme: Scheme, outcome: number): string {
  return outcomeColours[scheme][outcome] ?? '#888888'
}

/** Neighbouring numbers get hues far apart (the golden angle) and three steps of lightness. */
export function sourceColour(scheme: Scheme, source: number): string {
  const lightness = (scheme === 'light' ? 0.45 : 0.6) + 0.13 * (source % 3)
  return oklab(lightness, 0.13, source * 2.399963 + 0.4)
}

/** OKLab with chroma and hue to sRGB (Björn Ottosson, "A perceptual color space for image processing", 2020). */
function oklab(lightness: number, chroma: number, hue: number): string {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)]
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
  return `#${linear.map((value) => hex(value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055)).join('')}`
}

function hex(share: number): string {
  return Math.round(255 * Math.min(1, Math.max(0, share)))
    .toString(16)
    .padStart(2, '0')
}

/** `#rrggbb` as a pixel of ImageData on a little-endian machine. */
export function pixelColour(text: string): number {
  const value = Number.parseInt(text.slice(1), 16)
  return ((255 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >>> 16)) >>> 0
}

/** The colour of slot `i` of `count`, ready to be painted. */
export function painterOf(by: ColourBy, scheme: Scheme, touches: Touches, count: number) {
  const ramp = Uint32Array.from({ length: rampSize }, (_, i) => pixelColour(orderColour(i / (rampSize - 1))))
  const outcomes = Uint32Array.from(outcomeNames, (_, i) => pixelColour(outcomeColour(scheme, i)))
  const sources = Uint32Array.from({ length: Math.min(4096, touches.sources.length) }, (_, i) =>
    pixelColour(sourceColour(scheme, i)),
  )
  return (slot: number, touch: number, outcome: number): number => {
    if (by === 'outcome') return outcomes[outcome] ?? 0
    if (by === 'source') return sources[(touches.source[touch] as number) % Math.max(1, sources.length)] ?? 0
    return ramp[Math.min(rampSize - 1, Math.floor((slot * rampSize) / Math.max(1, count)))] as number
  }
}
