import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokens(theme: 'light' | 'dark'): Map<string, string> {
  const block = css.slice(css.lastIndexOf(`[data-theme="${theme}"]`));
  const body = block.slice(0, block.indexOf('}'));
  return new Map(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1] as string, m[2] as string]),
  );
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const text: [string, string][] = [
  ...['fg', 'fg-2', 'fg-3'].flatMap((f) =>
    ['canvas', 'surface', 'surface-2', 'raised'].map((b) => [f, b] as [string, string]),
  ),
  ['accent-fg', 'surface'],
  ['accent-fg', 'accent-soft'],
  ['on-accent', 'accent'],
  ['good', 'surface'],
  ['warn', 'warn-soft'],
  ['bad', 'surface'],
  ['ev-a', 'ev-a-soft'],
  ['ev-b', 'ev-b-soft'],
  ...Array.from({ length: 9 }, (_, i) => [`hf${i}`, `h${i}`] as [string, string]),
];
const graphics: [string, string][] = [
  ...Array.from({ length: 8 }, (_, i) => [`c${i + 1}`, 'surface'] as [string, string]),
  ['control-line', 'surface'],
  ['focus', 'surface'],
];

it.each(['light', 'dark'] as const)('can be read in the %s theme', (theme) => {
  const colour = tokens(theme);
  const ratio = ([a, b]: [string, string]) => contrast(colour.get(a) as string, colour.get(b) as string);
  for (const pair of text) expect(ratio(pair), pair.join(' on ')).toBeGreaterThanOrEqual(4.5);
  for (const pair of graphics) expect(ratio(pair), pair.join(' on ')).toBeGreaterThanOrEqual(3);
});
