// One colour scale for the whole table, so equal shades mean equal values.
import { quantileSorted } from 'd3-array';

export const heatSteps = 9;

export interface HeatCell {
  column: number;
  value: number | null;
}

// Value → step 0..8. The scale ends at the 97th percentile so one odd cell cannot pale the rest; the first column is left out when
// fixing it because the start is often many times larger than what follows.
export function heatScale(cells: readonly HeatCell[]): (value: number) => number {
  const fixing = cells.filter((c) => c.column > 0 && c.value !== null);
  const source = fixing.length > 0 ? fixing : cells;
  const values = source.flatMap((c) => (c.value === null ? [] : [c.value])).sort((a, b) => a - b);
  const top = quantileSorted(values, 0.97) ?? 0;
  return (value) => {
    if (top <= 0 || value <= 0) return 0;
    return Math.min(heatSteps - 1, Math.max(0, Math.floor((value / top) * heatSteps)));
  };
}
