import { sparkPath, type Values } from './geometry';

export function Spark({ values, color }: { values: Values; color: string }) {
  return (
    <svg width={72} height={20} className="spark" aria-hidden>
      <path d={sparkPath(values, 72, 20)} style={{ stroke: color }} />
    </svg>
  );
}
