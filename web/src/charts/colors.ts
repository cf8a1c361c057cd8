const slots = 8;

// Colours in order; past the eighth the colour repeats with a dash.
export const seriesColor = (index: number): { color: string; dashed: boolean } => ({
  color: `var(--c${(index % slots) + 1})`,
  dashed: index >= slots,
});
export const allColor = 'var(--c-all)';
