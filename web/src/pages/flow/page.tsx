import type { FlowNode, FlowResult } from '../../api/types';
import { formatCount, formatPercent } from '../../lib/format';
import { Builder, useBuilder } from '../../parts/builder';
import { Empty } from '../../parts/states';
import { CellButton, type Column, CsvButton, DataTable } from '../../parts/table';
import { usePeople } from '../../parts/who';
import { defaultFlow } from '../../query/defaults';
import { describe, eventLabel } from '../../query/describe';
import type { FlowReport } from '../../query/types';
import { FlowChart, nodeName, stepName } from './chart';
import { FlowPanel } from './panel';

export const flowTitle = (report: FlowReport): string =>
  `Around ${report.anchors.map((a) => eventLabel(a.event).toLowerCase()).join(', then ')}`;

function NodeTable({
  result,
  title,
  onNode,
}: {
  result: FlowResult;
  title: string;
  onNode: (node: FlowNode) => void;
}) {
  const anchors = Math.max(1, ...result.nodes.map((n) => n.anchor));
  const columns: Column<FlowNode>[] = [
    {
      key: 'step',
      title: 'Step',
      sort: (n) => n.anchor * 1000 + n.step,
      csv: (n) => stepName(n, anchors),
      render: (n) => stepName(n, anchors),
    },
    {
      key: 'event',
      title: 'Event',
      sort: nodeName,
      csv: nodeName,
      render: nodeName,
    },
    {
      key: 'count',
      title: 'Count',
      numeric: true,
      sort: (n) => n.count,
      csv: (n) => n.count,
      render: (n) => (
        <CellButton label={`Who is this? ${nodeName(n)}, ${stepName(n, anchors)}`} onPress={() => onNode(n)}>
          {formatCount(n.count)}
        </CellButton>
      ),
    },
    {
      key: 'share',
      title: 'Of all',
      numeric: true,
      sort: (n) => n.count,
      render: (n) => formatPercent(result.entries > 0 ? n.count / result.entries : null),
    },
  ];
  return (
    <section className="card">
      <div className="card-head">
        <h2>Numbers</h2>
        <CsvButton title={title} columns={columns} rows={result.nodes} />
      </div>
      <DataTable name={`Numbers: ${title}`} columns={columns} rows={result.nodes} rowKey={(n) => n.id} />
    </section>
  );
}

export function FlowPage() {
  const building = useBuilder<FlowReport>(defaultFlow);
  const { report, change, asked } = building;
  const people = usePeople(asked);
  const title = flowTitle(asked);
  const draw = (result: FlowResult) => {
    if (result.entries === 0)
      return (
        <section className="card">
          <Empty title="Nobody started in this range">
            No user has “{eventLabel(asked.anchors[0]?.event)}” in it. Choose a longer range
            {asked.where?.length ? ' or remove a filter' : ''}.
          </Empty>
        </section>
      );
    const anchors = Math.max(1, ...result.nodes.map((n) => n.anchor));
    const openNode = (node: FlowNode) =>
      people.open({ node: node.id }, `${nodeName(node)}, ${stepName(node, anchors).toLowerCase()}`);
    return (
      <>
        <section className="card">
          <div className="card-head">
            <h2>{title}</h2>
          </div>
          <FlowChart result={result} title={title} height={300} onNode={openNode} />
          <p className="footnote">
            {describe(asked)} Steps look at everything up to now. Shares are of the{' '}
            {formatCount(result.entries)} that started.
          </p>
        </section>
        <NodeTable result={result} title={title} onNode={openNode} />
      </>
    );
  };
  return (
    <>
      <Builder building={building} kind="Flow" panel={<FlowPanel report={report} onChange={change} />}>
        {draw}
      </Builder>
      {people.drawer}
    </>
  );
}
