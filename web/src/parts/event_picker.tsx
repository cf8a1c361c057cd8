import { Boxes, ChevronDown } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useEvents } from '../api/hooks';
import type { EventInfo } from '../api/types';
import { dateLabel } from '../lib/dates';
import { compact, formatCount } from '../lib/format';
import { capitalise, eventLabel } from '../query/describe';
import type { Selector } from '../query/types';
import { Picker, type PickItem } from './picker';
import { Pop } from './pop';

interface Item extends PickItem {
  info?: EventInfo;
}

const icon = <Boxes size={14} aria-hidden />;

const toItems = (events: EventInfo[]): Item[] => [
  ...events.map((info) => ({
    key: info.event,
    label: capitalise(info.event),
    group: 'All events',
    hint: compact('count', info.last_30_days),
    icon,
    info,
  })),
  ...(events.length > 1 ? [{ key: '*', label: 'Any event', group: 'All events', icon }] : []),
];

function Details({ item }: { item: Item }) {
  const info = item.info;
  if (!info) return <p className="detail-text">Every event counts, whatever its name.</p>;
  const rows: [string, string][] = [
    ['Last 30 days', `${formatCount(info.last_30_days)} events`],
    ['All time', `${formatCount(info.count)} events`],
    ['Users', formatCount(info.users)],
    [
      'From – to',
      info.first && info.last ? `${dateLabel(info.first)} – ${dateLabel(info.last)}` : 'No events yet',
    ],
  ];
  return (
    <>
      <strong>{item.label}</strong>
      <code>{info.event}</code>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

interface Props {
  label: string;
  event: Selector['event'];
  onChange: (event: string) => void;
  className?: string;
  chevron?: boolean;
}

export function EventPicker({ label, event, onChange, className = '', chevron = false }: Props) {
  const events = useEvents();
  const items = toItems(events.data ?? []);
  const picked = new Set(typeof event === 'string' ? [event] : (event ?? []));
  return (
    <Pop
      label={label}
      className="wide"
      placement="bottom start"
      trigger={
        <AriaButton
          className={`event-name ${className}`}
          aria-label={`${eventLabel(event)}, ${label.toLowerCase()}`}
        >
          <span>{eventLabel(event)}</span>
          {chevron && <ChevronDown size={13} aria-hidden />}
        </AriaButton>
      }
    >
      {(close) => (
        <Picker
          label="Search events"
          placeholder="Search events"
          items={items}
          picked={picked}
          onPick={(item) => onChange(item.key)}
          close={close}
          busy={events.isPending}
          details={(item) => <Details item={item} />}
          empty={events.isError ? 'The list of events could not be read.' : 'No event fits what you typed.'}
        />
      )}
    </Pop>
  );
}
