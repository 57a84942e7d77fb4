import { createTheme } from '@mantine/core'

/** Colours of contrast 4.5 and more in both schemes (WCAG 2.2, 1.4.3); no font is loaded. */
export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 9, dark: 7 },
  autoContrast: true,
  defaultRadius: 'sm',
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", "Liberation Mono", monospace',
  headings: { fontWeight: '600' },
})
