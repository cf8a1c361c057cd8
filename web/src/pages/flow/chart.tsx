// A flow from left to right: what came before, the anchor, what came after. Every node opens its users.
import { useState } from 'react';
import type { FlowNode, FlowResult } from '../../api/types';
import { useWidth } from '../../charts/chart';
import { layoutSankey } from '../../charts/sankey';
import { formatCount, formatPercent } from '../../lib/format';
import { capitalise } from '../../query/describe';

export const nodeName = (node: FlowNode): string =>
  typeof node.event === 'string'
    ? capitalise(node.event)
    : node.event.special === 'drop-off'
      ? 'Nothing more'
      : 'Other events';

export const stepName = (node: FlowNode, anchors: number): string => {
  const anchor = anchors > 1 ? ` ${node.anchor}` : '';
  if (node.step === 0) return `Start${anchor}`;
  return node.step > 0 ? `${node.step} after${anchor}` : `${-node.step} before${anchor}`;
};

// The columns in the order in which they happen.
export function columnsOf(result: FlowResult): { key: string; anchor: number; step: number }[] {
  const seen = new Map<string, { key: string; anchor: number; step: number }>();
  for (const { anchor, step } of result.nodes) {
    const key = `${anchor}/${step}`;
    if (!seen.has(key)) seen.set(key, { key, anchor, step });
  }
  return [...seen.values()].sort((a, b) => a.anchor - b.anchor || a.step - b.step);
}

const leastColumn = 136;
const nodeWidth = 10;

interface Props {
  result: FlowResult;
  title: string;
  height: number;
  onNode?: (node: FlowNode) => void;
}

export function FlowChart({ result, title, height, onNode }: Props) {
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const [box, room] = useWidth();
  const columns = columnsOf(result);
  const columnWidth = Math.max(leastColumn, Math.floor(room / Math.max(1, columns.length)));
  const order = new Map(columns.map((c, i) => [c.key, i]));
  const anchors = Math.max(1, ...result.nodes.map((n) => n.anchor));
  const layout = layoutSankey(
    result.nodes.map((n) => ({ id: n.id, column: order.get(`${n.anchor}/${n.step}`) ?? 0, count: n.count })),
    result.edges,
    { columnWidth, nodeWidth, height, gap: 26, least: 3 },
  );
  const special = new Set(result.nodes.filter((n) => typeof n.event !== 'string').map((n) => n.id));
  const width = columns.length * columnWidth;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section ref={box} className="flow-scroll" tabIndex={0} aria-label={title}>
      <div className="flow" style={{ width, height: layout.height + 62 }}>
        <svg width={width} height={layout.height + 62} aria-hidden>
          <g transform="translate(0,26)">
            {layout.ribbons.map((r) => (
              <path
                key={`${r.from} ${r.to}`}
                d={r.path}
                className={`ribbon ${special.has(r.to) ? 'quiet' : ''} ${highlighted !== null && highlighted !== r.from && highlighted !== r.to ? 'faded' : ''}`}
                style={{ strokeWidth: r.thickness }}
              />
            ))}
          </g>
        </svg>
        {columns.map((c, i) => (
          <span key={c.key} className="flow-step muted" style={{ left: i * columnWidth }}>
            {stepName({ ...c, id: '', event: '', count: 0 }, anchors)}
          </span>
        ))}
        {result.nodes.map((node) => {
          const place = layout.boxes.get(node.id);
          if (!place) return null;
          const share = result.entries > 0 ? node.count / result.entries : null;
          const label = `${nodeName(node)}, ${stepName(node, anchors)}: ${formatCount(node.count)}`;
          return (
            <button
              key={node.id}
              type="button"
              className={`flow-node ${special.has(node.id) ? 'quiet' : ''}`}
              style={{
                left: place.x,
                top: place.y + 26,
                height: Math.max(24, place.height),
                width: columnWidth - 8,
              }}
              title={label}
              onClick={() => onNode?.(node)}
              onPointerEnter={() => setHighlighted(node.id)}
              onPointerLeave={() => setHighlighted(null)}
              onFocus={() => setHighlighted(node.id)}
              onBlur={() => setHighlighted(null)}
            >
              <span className="flow-mark" style={{ height: place.height, width: nodeWidth }} />
              <span className="flow-label" style={{ maxWidth: columnWidth - 26 }}>
                <strong>{nodeName(node)}</strong>
                <span className="flow-count">
                  {formatCount(node.count)} · {formatPercent(share)}
                </span>
                <span className="hidden">, {stepName(node, anchors)}, who is this?</span>
              </span>
            </button>
          );
        })}
      </div>
    </section>
  );
}
