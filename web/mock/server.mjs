// Serves web/dist and the HTTP API over made-up data, for working on the pages without a server: node mock/server.mjs [port]
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locations, makeData, products } from './data.mjs';
import { makeEngine, Refused } from './engine.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const port = Number(process.argv[2] ?? 8099);
const today = new Date().toISOString().slice(0, 10);
const data = makeData(today);
const saved = { reports: new Map(), boards: new Map(), cohorts: new Map() };
let ids = 1;

const winBack = {
  all: [
    { did: 'order submitted', between: ['30 days ago', '120 days ago'] },
    { did_not: 'order submitted', last: '30 days' },
  ],
};
const modelCohorts = [
  { id: 'model-win-back', name: 'Lapsed regulars', origin: 'model', definition: winBack },
];
const cohorts = () => [...modelCohorts, ...saved.cohorts.values()];
const engine = makeEngine(data, today, cohorts);

const stamp = () => new Date().toISOString();
const add = (kind, body) => {
  const id = `${kind.slice(0, 1)}${ids++}`;
  const thing = {
    id,
    ...body,
    ...(kind === 'cohorts' ? { origin: 'saved' } : {}),
    created_at: stamp(),
    updated_at: stamp(),
  };
  saved[kind].set(id, thing);
  return thing;
};
const order = 'order submitted';
const seeded = [
  [
    'Revenue',
    {
      report: 'insights',
      last: '12 months',
      unit: 'month',
      metrics: [{ name: 'Revenue', event: order, measure: { sum: { property: 'order_total' } } }],
      breakdown: [{ property: 'location_id.location_name' }],
    },
  ],
  [
    'Orders, new and large',
    {
      report: 'insights',
      last: '30 days',
      unit: 'day',
      metrics: [
        { name: 'Orders', event: order },
        { name: 'New customer orders', event: order, first_time: true },
        { name: 'Large orders', event: order, where: [{ property: 'order_total', op: '>=', value: 20 }] },
      ],
    },
  ],
  [
    'Revenue this month',
    {
      report: 'insights',
      last: '1 month',
      metrics: [
        { name: 'Revenue', event: order, measure: { sum: { property: 'order_total' } } },
        { name: 'Orders', event: order },
      ],
    },
  ],
  [
    'Revenue retention',
    {
      report: 'retention',
      last: '12 months',
      unit: 'month',
      buckets: 12,
      clock: 'calendar',
      criterion: 'on',
      born: { event: order, first_time: true },
      returned: { event: order },
      measure: { avg: { property: 'order_total' } },
    },
  ],
].map(([name, report]) => add('reports', { name, description: '', report }));
add('boards', {
  name: 'Shop overview',
  description: 'Revenue, orders and who comes back.',
  cards: [
    {
      text: '## Shop overview\n\nNumbers come from the warehouse once an hour. **Large orders** are 20 and over.',
      width: 12,
    },
    ...seeded.map((r, i) => ({ report_id: r.id, width: [8, 12, 4, 12][i] })),
  ],
});

const property = (reference, label, kind, type, extra = {}) => ({
  reference,
  label,
  kind,
  type,
  filled: 1,
  example: null,
  ...extra,
});
const userProperties = [
  property({ user: 'name' }, 'name', 'user', 'text', { example: 'Danielle Gray' }),
  property({ user: 'type' }, 'type', 'user', 'text', { example: 'returning' }),
  property({ user: 'orders' }, 'orders', 'user', 'integer', { example: 12, filled: 0.98 }),
];
const properties = [
  property({ property: 'order_total' }, 'order_total', 'event', 'decimal', { example: 23.32 }),
  property({ property: 'tax_paid' }, 'tax_paid', 'event', 'decimal', { example: 1.32 }),
  property({ property: 'order_number' }, 'order_number', 'event', 'integer', { example: 3 }),
  property({ property: 'location_id' }, 'location_id', 'event', 'text', {
    example: locations[0].location_id,
  }),
  property({ property: 'items' }, 'items', 'event', 'objects'),
  property({ property: 'items.product_id' }, 'items.product_id', 'member', 'text', {
    list: 'items',
    example: products[0].product_id,
  }),
  property({ property: 'items.price' }, 'items.price', 'member', 'decimal', { list: 'items', example: 11 }),
  property({ property: 'items.product_id.product_name' }, 'items.product_id.product_name', 'lookup', 'text', {
    list: 'items',
    lookup: 'products',
    example: 'tangaroo',
  }),
  property({ property: 'items.product_id.product_type' }, 'items.product_id.product_type', 'lookup', 'text', {
    list: 'items',
    lookup: 'products',
    example: 'beverage',
  }),
  property({ property: 'location_id.location_name' }, 'location_id.location_name', 'lookup', 'text', {
    lookup: 'locations',
    example: 'Brooklyn',
  }),
  ...userProperties,
];

const source = (name, kind, table, rows, extra = {}) => ({
  source: name,
  kind,
  table,
  mode: kind === 'event' ? 'standard' : 'full',
  every: kind === 'event' ? '1 hour' : '1 day',
  state: 'ok',
  last_run: stamp(),
  last_success: stamp(),
  message: null,
  rows_read: rows,
  rows_stored: rows,
  rows_kept_aside: 0,
  rows_total: rows,
  cursor: null,
  reconciliation: { warehouse_rows: rows, store_rows: rows, equal: true },
  ...extra,
});

const lastOrder = data.orders.at(-1);
const routes = {
  'GET /project': () => ({
    project: 'jaffle',
    timezone: 'UTC',
    week_start: 'monday',
    version: '0.1.0',
    data_version: 1,
    now: stamp(),
    events: data.orders.length,
    users: data.customers.length,
    first_event: new Date(data.orders[0].time).toISOString(),
    last_event: new Date(lastOrder.time).toISOString(),
    synced_at: stamp(),
  }),
  'GET /events': () => ({
    events: [
      {
        event: order,
        count: data.orders.length,
        users: data.customers.length,
        last_30_days: data.orders.filter((o) => o.time > Date.now() - 30 * 86_400_000).length,
        first: new Date(data.orders[0].time).toISOString(),
        last: new Date(lastOrder.time).toISOString(),
      },
      {
        event: 'store opened',
        count: 4,
        users: 0,
        last_30_days: 0,
        first: new Date(data.orders[0].time).toISOString(),
        last: new Date(data.orders[0].time).toISOString(),
      },
    ],
  }),
  'GET /properties': (query) => ({
    properties: query.getAll('event').includes('store opened') ? userProperties : properties,
  }),
  'GET /values': (query) => {
    const values = engine.values(JSON.parse(query.get('reference')), query.get('search') ?? '');
    return { values: values.slice(0, 50), more: values.length > 50 };
  },
  'GET /metrics': () => ({ metrics: [] }),
  'GET /sources': () => ({
    sources: [
      source(order, 'event', 'orders', data.orders.length, {
        rows_read: 412,
        rows_stored: 38,
        rows_kept_aside: 2,
      }),
      source('users', 'users', 'customers', data.customers.length),
      source('products', 'lookup', 'products', products.length),
      source('locations', 'lookup', 'locations', locations.length, { state: 'ok' }),
    ],
  }),
  'POST /query': (_, body) => engine.answer(body),
};

function savedThing(method, parts, body) {
  const [kind, id] = parts;
  const things = saved[kind];
  if (!things) return null;
  const list =
    kind === 'cohorts'
      ? cohorts().map((c) => ({ ...c, size: engine.sizeOf(c.definition) }))
      : [...things.values()];
  list.sort((a, b) => a.name.localeCompare(b.name));
  if (!id && method === 'GET') return [200, { [kind]: list }];
  if (!id && method === 'POST') {
    if (list.some((t) => t.name === body.name))
      return [
        409,
        {
          title: 'Name taken',
          detail: `There is a thing named "${body.name}" already. Choose another name.`,
        },
      ];
    engine.forget();
    return [201, add(kind, body)];
  }
  const thing = list.find((t) => t.id === id);
  if (!thing)
    return [
      404,
      { title: 'Not found', detail: `There is nothing with the id "${id}" here. It may have been deleted.` },
    ];
  if (method === 'GET') return [200, thing];
  if (method === 'PUT') {
    const next = { ...things.get(id), ...body, updated_at: stamp() };
    things.set(id, next);
    return [200, next];
  }
  things.delete(id);
  return [204, null];
}

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
const csp =
  "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=' 'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='; img-src 'self' data:; font-src 'self'; connect-src 'self'";

async function file(path, response) {
  const wanted = extname(path) ? normalize(path).replace(/^(\.\.[/\\])+/, '') : 'index.html';
  try {
    const bytes = await readFile(join(dist, wanted));
    response.writeHead(200, {
      'Content-Type': types[extname(wanted)] ?? 'application/octet-stream',
      'Content-Security-Policy': csp,
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (!url.pathname.startsWith('/api/v1/')) return file(url.pathname, response);
  const path = url.pathname.slice('/api/v1'.length);
  const send = (status, body) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response
      .writeHead(status, { 'Content-Type': type })
      .end(status === 204 ? undefined : JSON.stringify(body));
  };
  try {
    const body = await bodyOf(request);
    const kept = /^\/sources\/(.+)\/kept-aside$/.exec(path);
    if (kept)
      return send(200, {
        rows: [
          {
            id: '90311',
            reason: 'ordered_at is not set',
            first_seen: stamp(),
            row: { order_id: 90311, order_total: 12.5, ordered_at: null },
          },
        ],
        total: 2,
      });
    const route = routes[`${request.method} ${path}`];
    if (route) return send(200, route(url.searchParams, body));
    const thing = savedThing(request.method, path.slice(1).split('/').map(decodeURIComponent), body);
    if (thing) return send(...thing);
    send(404, { title: 'Not found', status: 404, detail: `There is no ${path}.` });
  } catch (error) {
    if (error instanceof Refused)
      return send(400, {
        type: 'about:blank',
        title: 'Invalid report',
        status: 400,
        detail: error.message,
        errors: [{ path: error.path, message: error.message }],
      });
    console.error(error);
    send(500, { title: 'A defect of ours', status: 500, detail: String(error) });
  }
}).listen(port, '127.0.0.1', () => console.log(`mock on http://127.0.0.1:${port}`));
