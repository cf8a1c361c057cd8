// How a list answers what was typed: starts with it, a word starts with it, holds it; ties keep their order (most used first).
export function rank<T>(items: readonly T[], typed: string, textOf: (item: T) => string): T[] {
  const needle = typed.trim().toLowerCase();
  if (needle === '') return [...items];
  const scored: { item: T; score: number }[] = [];
  for (const item of items) {
    const text = textOf(item).toLowerCase();
    const at = text.indexOf(needle);
    if (at < 0) continue;
    const wordStart = new RegExp(`(^|[\\s._·-])${needle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`).test(text);
    scored.push({ item, score: at === 0 ? 0 : wordStart ? 1 : 2 });
  }
  return scored.sort((a, b) => a.score - b.score).map((s) => s.item);
}
