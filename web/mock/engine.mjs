// Answers report documents over the mock data. Good enough to draw with; the counting rules live in the real engine.
const day = 86_400_000;
const iso = (ms) => new Date(ms).toISOString().slice(0, 10);
const utc = (text) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`);

export class Refused extends Error {
  constructor(path, message) {
    super(`${path}: ${message}`);
    this.path = path;
  }
}

function startOf(ms, unit) {
  const d = new Date(ms);
  d.setUTCMinutes(0, 0, 0);
  if (unit === 'hour') return d.getTime();
  d.setUTCHours(0);
  if (unit === 'week') return d.getTime() - ((d.getUTCDay() + 6) % 7) * day;
  if (unit === 'month') d.setUTCDate(1);
  if (unit === 'quarter') d.setUTCMonth(Math.floor(d.getUTCMonth() / 3) * 3, 1);
  if (unit === 'year') d.setUTCMonth(0, 1);
  return d.getTime();
}
function next(ms, unit, n = 1) {
  if (unit === 'hour') return ms + n * 3_600_000;
  if (unit === 'day') return ms + n * day;
  if (unit === 'week') return ms + n * 7 * day;
  const d = new Date(ms);
  const [y, m, dd] = [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()];
  return Date.UTC(y, m + n * { month: 1, quarter: 3, year: 12 }[unit], dd);
}

export function rangeOf(report, today) {
  if (report.from) return { from: utc(report.from), to: utc(report.to ?? today) + day };
  const [count, units = 'days'] = (report.last ?? '30 days').split(' ');
  const unit = units.replace(/s$/, '');
  const first = startOf(utc(today), unit);
  const from = unit === 'day' ? utc(today) - (count - 1) * day : next(first, unit, -(count - 1));
  return { from, to: next(first, unit, 1) };
}

export function makeEngine({ customers, orders }, today, cohorts) {
  const users = new Map(customers.map((c) => [c.id, c]));
  const firstOf = new Map();
  for (const o of orders) if (!firstOf.has(o.user)) firstOf.set(o.user, o);
  const now = utc(today) + 12 * 3_600_000;
  const known = ['order_total', 'tax_paid', 'order_number', 'location_id', 'location_id.location_name'];

  const element = (reference) => reference.property?.startsWith('items.');
  const ofItem = (item, property) => item[property.split('.').at(-1)];
  const members = (name) => {
    const cohort = cohorts().find((c) => c.name === name);
    if (!cohort) throw new Refused('cohort', `no cohort is named "${name}"`);
    return new Set(cohortUsers(cohort.definition));
  };
  const memberCache = new Map();
  const inCohort = (name, user) => {
    if (!memberCache.has(name)) memberCache.set(name, members(name));
    return memberCache.get(name).has(user);
  };
  const read = (order, reference, item) => {
    if (reference.user) return users.get(order.user)?.[reference.user] ?? null;
    if (reference.cohort) return { cohort: reference.cohort, in: inCohort(reference.cohort, order.user) };
    if (reference.time === 'day_of_week')
      return ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'][
        new Date(order.time).getUTCDay()
      ];
    if (reference.time === 'hour_of_day') return new Date(order.time).getUTCHours();
    if (reference.event) return 'order submitted';
    const p = reference.property;
    if (p?.startsWith('items.')) return item ? ofItem(item, p) : null;
    if (!known.includes(p))
      throw new Refused('property', `unknown property "${p}"; did you mean "order_total"?`);
    return p.includes('.') ? order[p.split('.').at(-1)] : order[p];
  };
  const test = (value, op, wanted) => {
    const list = Array.isArray(wanted) ? wanted : [wanted];
    const text = String(value ?? '').toLowerCase();
    switch (op) {
      case 'is':
        return list.includes(value);
      case 'is not':
        return !list.includes(value);
      case 'contains':
        return text.includes(String(wanted).toLowerCase());
      case 'not contains':
        return !text.includes(String(wanted).toLowerCase());
      case 'starts with':
        return text.startsWith(String(wanted).toLowerCase());
      case 'ends with':
        return text.endsWith(String(wanted).toLowerCase());
      case '=':
        return value === wanted;
      case '!=':
        return value !== wanted;
      case '<':
        return value < wanted;
      case '<=':
        return value <= wanted;
      case '>':
        return value > wanted;
      case '>=':
        return value >= wanted;
      case 'between':
        return value >= wanted[0] && value <= wanted[1];
      case 'is set':
        return value !== null && value !== undefined;
      case 'is not set':
        return value === null || value === undefined;
      case 'in':
        return value.in;
      case 'not in':
        return !value.in;
      default:
        throw new Refused('where', `unknown operator "${op}"`);
    }
  };
  const passes = (order, filter) => {
    if (filter.any && Array.isArray(filter.any)) return filter.any.some((f) => passes(order, f));
    if (filter.all && Array.isArray(filter.all)) return filter.all.every((f) => passes(order, f));
    if (filter.not) return !passes(order, filter.not);
    if (element(filter))
      return order.items.some((item) => test(ofItem(item, filter.property), filter.op, filter.value));
    return test(read(order, filter), filter.op, filter.value);
  };
  const select = (s, where = []) => {
    if (s.event !== 'order submitted' && s.event !== '*' && !s.event?.includes?.('order submitted')) {
      if (s.event === 'store opened') return [];
      throw new Refused('metrics[0].event', `unknown event "${s.event}"; did you mean "order submitted"?`);
    }
    return orders.filter(
      (o) =>
        (!s.first_time || firstOf.get(o.user) === o) &&
        [...(s.where ?? []), ...where].every((f) => passes(o, f)),
    );
  };
  // One row per order, or per line where a line's member is named.
  const rowsOf = (list, breakdown, measure) => {
    const reference = typeof measure === 'object' ? Object.values(measure)[0] : null;
    const byItem = breakdown.some(element) || (reference?.property && element(reference));
    return list.flatMap((order) => (byItem ? order.items : [null]).map((item) => ({ order, item })));
  };
  const bucket = (b, value) => {
    if (value === null || value === undefined) return { special: 'not set' };
    if (b.bucket_size) {
      const low = Math.floor(value / b.bucket_size) * b.bucket_size;
      return { bucket: [low, low + b.bucket_size] };
    }
    if (b.buckets) {
      const i = b.buckets.filter((x) => value >= x).length;
      return { bucket: [b.buckets[i - 1] ?? null, b.buckets[i] ?? null] };
    }
    return value;
  };
  const quantile = (sorted, p) => {
    const at = (sorted.length - 1) * p;
    const low = sorted[Math.floor(at)];
    return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
  };
  const aggregate = (rows, measure) => {
    if (measure === undefined || measure === 'total') return new Set(rows.map((r) => r.order)).size;
    if (measure === 'users' || measure.users) return new Set(rows.map((r) => r.order.user)).size;
    if (measure.per_user) {
      const per = new Map();
      for (const r of rows)
        per.set(
          r.order.user,
          (per.get(r.order.user) ?? 0) +
            (measure.of?.sum ? Number(read(r.order, measure.of.sum, r.item)) : 1),
        );
      return per.size ? [...per.values()].reduce((a, b) => a + b, 0) / per.size : null;
    }
    const [kind, reference] = Object.entries(measure)[0];
    const values = rows
      .map((r) => read(r.order, reference, r.item))
      .filter((v) => v !== null && v !== undefined);
    if (kind === 'distinct') return new Set(values).size;
    const sum = Math.round(values.reduce((a, b) => a + b, 0) * 100) / 100;
    if (kind === 'sum') return sum;
    if (values.length === 0) return null;
    if (kind === 'avg') return sum / values.length;
    const sorted = values.sort((a, b) => a - b);
    const share = { min: 0, max: 1, median: 0.5, p25: 0.25, p75: 0.75, p90: 0.9, p99: 0.99 }[kind];
    return quantile(sorted, share);
  };
  const formula = (text, operands) => {
    if (!/^[A-Z0-9+\-*/(). ]+$/.test(text)) throw new Refused('metrics[1].formula', `cannot read "${text}"`);
    const body = text.replace(/[A-Z]/g, (l) => {
      if (!operands.has(l)) throw new Refused('metrics[1].formula', `there is no metric ${l}`);
      return `(${operands.get(l) ?? 'NaN'})`;
    });
    const value = Function(`return ${body}`)();
    return Number.isFinite(value) ? value : null;
  };

  const head = (report, range, started) => ({
    report: report.report,
    timezone: 'UTC',
    from: iso(range.from),
    to: iso(range.to - day),
    as_of: new Date(now).toISOString(),
    elapsed_ms: Math.round(performance.now() - started),
    events_scanned: orders.length,
  });

  function insights(report) {
    const started = performance.now();
    const range = rangeOf(report, today);
    const unit = report.unit;
    const intervals = [];
    if (unit) for (let t = startOf(range.from, unit); t < range.to; t = next(t, unit)) intervals.push(t);
    const breakdown = report.breakdown ?? [];
    const computed = report.metrics.map((metric) => {
      if (metric.formula !== undefined) return null;
      const groups = new Map([['[]', []]]);
      const list = select(metric, report.where).filter(
        (o) => o.time >= range.from && o.time < range.to && o.time < now,
      );
      for (const row of rowsOf(list, breakdown, metric.measure)) {
        groups.get('[]').push(row);
        if (breakdown.length === 0) continue;
        const key = JSON.stringify(breakdown.map((b) => bucket(b, read(row.order, b, row.item))));
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(row);
      }
      const rolling = metric.measure?.users?.rolling ? Number.parseInt(metric.measure.users.rolling, 10) : 0;
      const history = rolling ? select(metric, report.where) : null;
      return new Map(
        [...groups].map(([key, rows]) => {
          const values = intervals.map((t) => {
            const end = next(t, unit);
            if (rolling) {
              const last = Math.min(end, range.to);
              return new Set(
                history
                  .filter((o) => o.time < last && o.time >= last - rolling * day && o.time < now)
                  .map((o) => o.user),
              ).size;
            }
            return aggregate(
              rows.filter((r) => r.order.time >= t && r.order.time < end),
              metric.measure,
            );
          });
          return [
            key,
            { values, overall: rolling && values.length ? values.at(-1) : aggregate(rows, metric.measure) },
          ];
        }),
      );
    });
    const keys = [...new Set(computed.flatMap((c) => (c ? [...c.keys()] : [])))];
    report.metrics.forEach((metric, i) => {
      if (metric.formula === undefined) return;
      const at = (key, pick) =>
        formula(
          metric.formula,
          new Map(
            computed.flatMap((c, n) =>
              c && n !== i ? [[String.fromCharCode(65 + n), c.get(key) ? pick(c.get(key)) : 0]] : [],
            ),
          ),
        );
      computed[i] = new Map(
        keys.map((key) => [
          key,
          {
            values: intervals.map((_, n) => at(key, (c) => c.values[n])),
            overall: at(key, (c) => c.overall),
          },
        ]),
      );
    });
    const limit = report.limit ?? 12;
    const series = report.metrics.flatMap((metric, i) => {
      const rows = [...computed[i]].map(([key, v]) => ({
        metric: metric.name,
        segment: JSON.parse(key),
        ...v,
      }));
      const parts = rows
        .filter((r) => r.segment.length > 0)
        .sort((a, b) => (b.overall ?? -1) - (a.overall ?? -1));
      return [...rows.filter((r) => r.segment.length === 0), ...parts.slice(0, limit)];
    });
    const found = keys.length - 1;
    const overlap =
      breakdown.some(element) && report.metrics.some((m) => m.measure === undefined || m.measure === 'total');
    return {
      ...head(report, range, started),
      unit: unit ?? null,
      intervals: intervals.map((t) =>
        unit === 'hour' ? new Date(t).toISOString().replace('.000Z', '+00:00') : iso(t),
      ),
      series,
      ...(breakdown.length ? { segments: { found, returned: Math.min(found, limit), overlap } } : {}),
    };
  }

  function retention(report) {
    const started = performance.now();
    const range = rangeOf(report, today);
    const unit = report.unit ?? 'day';
    const buckets =
      typeof report.buckets === 'number'
        ? Array.from({ length: report.buckets + 1 }, (_, i) => i)
        : [0, ...(report.buckets ?? [])];
    const born = new Map();
    for (const o of select(report.born, report.where))
      if (o.time >= range.from && o.time < Math.min(range.to, now) && !born.has(o.user)) born.set(o.user, o);
    const back = new Map();
    for (const o of select(report.returned, report.where)) {
      if (!back.has(o.user)) back.set(o.user, []);
      back.get(o.user).push(o);
    }
    const index = (o, b) => {
      const [a, z] = [startOf(b.time, unit), startOf(o.time, unit)];
      if (report.clock !== 'calendar')
        return Math.floor((o.time - b.time) / ({ day: 1, week: 7, month: 30 }[unit] * day));
      if (unit === 'month')
        return (
          (new Date(z).getUTCFullYear() - new Date(a).getUTCFullYear()) * 12 +
          new Date(z).getUTCMonth() -
          new Date(a).getUTCMonth()
        );
      return Math.round((z - a) / ({ day: 1, week: 7 }[unit] * day));
    };
    const measure = typeof report.measure === 'object' ? Object.entries(report.measure)[0] : null;
    const breakdown = report.breakdown ?? [];
    const side = breakdown[0]?.at ?? 'born';
    const seriesOf = (segment, bornList, filterReturn) => {
      const groups = new Map();
      for (const o of bornList) {
        const start = iso(startOf(o.time, unit));
        if (!groups.has(start)) groups.set(start, []);
        groups.get(start).push(o);
      }
      const cohorts = [...groups].sort().map(([start, list]) => {
        const cells = buckets.map((bucket) => {
          const begins = next(utc(start), unit, bucket);
          if (begins > now) return null;
          let users = 0;
          let value = 0;
          let count = 0;
          for (const b of list) {
            const hits = (back.get(b.user) ?? []).filter((o) => {
              if (o === b && !report.count_birth) return false;
              if (o.time < b.time) return false;
              const i = index(o, b);
              const fits =
                report.criterion === 'on'
                  ? i === bucket
                  : report.criterion === 'on before' || report.criterion === 'on or before'
                    ? i <= bucket
                    : i >= bucket;
              return fits && filterReturn(o);
            });
            if (hits.length) users++;
            if (measure)
              for (const o of hits) {
                const v = element(measure[1])
                  ? o.items.reduce((s, it) => s + ofItem(it, measure[1].property), 0)
                  : read(o, measure[1]);
                value += v;
                count++;
              }
          }
          const complete = next(begins, unit, report.clock === 'calendar' ? 1 : 2) <= now;
          const amount = measure
            ? measure[0] === 'sum'
              ? Math.round(value * 100) / 100
              : count
                ? value / count
                : null
            : null;
          return { users, rate: list.length ? users / list.length : null, value: amount, complete };
        });
        return { born: start, size: list.length, cells };
      });
      const average = buckets.map((bucket, i) => {
        const done = cohorts.filter((c) => c.cells[i]?.complete);
        const size = done.reduce((s, c) => s + c.size, 0);
        if (!size) return { bucket, rate: null, pooled_rate: null, value: null };
        const rate = done.reduce((s, c) => s + c.cells[i].users, 0) / size;
        const value = measure ? done.reduce((s, c) => s + (c.cells[i].value ?? 0) * c.size, 0) / size : null;
        return { bucket, rate, pooled_rate: rate, value };
      });
      return { segment, cohorts, average };
    };
    const all = [...born.values()];
    const series = [seriesOf([], all, () => true)];
    let found = 0;
    if (breakdown.length) {
      const valuesOf = (o) =>
        element(breakdown[0])
          ? o.items.map((it) => ofItem(it, breakdown[0].property))
          : [bucket(breakdown[0], read(o, breakdown[0]))];
      const values = new Map();
      for (const o of side === 'born' ? all : orders)
        for (const v of valuesOf(o)) values.set(JSON.stringify(v), v);
      found = values.size;
      const parts = [...values].map(([key, v]) =>
        side === 'born'
          ? seriesOf(
              [v],
              all.filter((o) => valuesOf(o).some((x) => JSON.stringify(x) === key)),
              () => true,
            )
          : seriesOf([v], all, (o) => valuesOf(o).some((x) => JSON.stringify(x) === key)),
      );
      const size = (s) => s.cohorts.reduce((n, c) => n + c.size, 0);
      parts.sort((a, b) => size(b) - size(a));
      series.push(...parts.slice(0, report.limit ?? 12));
    }
    return {
      ...head(report, range, started),
      buckets,
      series,
      segments: { found, returned: series.length - 1, overlap: breakdown.some(element) },
    };
  }

  function windowOf(c) {
    const end = utc(today) + day;
    if (c.last) {
      const [n, unit] = c.last.split(' ');
      const length = { day: 1, week: 7, month: 30 }[unit.replace(/s$/, '')];
      return [end - n * length * day, end];
    }
    if (c.between) {
      const [near, far] = c.between.map((t) => Number.parseInt(t, 10));
      return [end - far * day, end - near * day];
    }
    if (c.from || c.to) return [c.from ? utc(c.from) : 0, c.to ? utc(c.to) + day : end];
    return [0, end];
  }
  function holds(user, c) {
    if (c.all) return c.all.every((x) => holds(user, x));
    if (c.any) return c.any.some((x) => holds(user, x));
    if (c.user) return test(users.get(user)?.[c.user] ?? null, c.op, c.value);
    if (c.cohort) return inCohort(c.cohort, user) === (c.op === 'in');
    const event = c.did ?? c.did_not ?? c.first_did;
    if (event !== 'order submitted' && event !== '*')
      throw new Refused('cohort.all[0].did', `unknown event "${event}"`);
    const [from, to] = windowOf(c);
    const own = byUser.get(user) ?? [];
    const fits = (o) => o.time >= from && o.time < to && (c.where ?? []).every((f) => passes(o, f));
    if (c.first_did) return fits(own[0]);
    const hits = own.filter(fits);
    if (c.did_not) return hits.length === 0;
    const amount = !c.of || c.of === 'total' ? hits.length : aggregate(rowsOf(hits, [], c.of), c.of);
    if (c.at_most !== undefined) return amount <= c.at_most;
    if (c.exactly !== undefined) return amount === c.exactly;
    if (c.more_than !== undefined) return amount > c.more_than;
    if (c.less_than !== undefined) return amount < c.less_than;
    return amount >= (c.at_least ?? 1);
  }
  const byUser = new Map();
  for (const o of orders) {
    if (!byUser.has(o.user)) byUser.set(o.user, []);
    byUser.get(o.user).push(o);
  }
  function cohortUsers(definition) {
    if (typeof definition === 'string') return [...members(definition)];
    return customers.map((c) => c.id).filter((id) => holds(id, definition));
  }
  const page = (ids, report) => ({
    report: 'users',
    size: ids.length,
    users: ids.slice(report.offset ?? 0, (report.offset ?? 0) + (report.limit ?? 100)).map((id) => {
      const row = { id };
      for (const c of report.columns ?? [{ user: 'name' }, { user: 'type' }])
        if (c.user) row[c.user] = users.get(id)[c.user] ?? null;
      return row;
    }),
  });
  function who(report) {
    const range = rangeOf(report, today);
    if (report.report === 'retention') {
      const unit = report.unit ?? 'day';
      const start = utc(report.who.born);
      const list = select(report.born, report.where).filter(
        (o) => o.time >= start && o.time < next(start, unit),
      );
      return page([...new Set(list.map((o) => o.user))].sort(), report);
    }
    const metric = report.metrics[report.who.metric.charCodeAt(0) - 65];
    if (metric.formula)
      throw new Refused('who.metric', 'a formula has no users of its own; ask for one of its metrics');
    const list = select(metric, report.where).filter((o) => o.time >= range.from && o.time < range.to);
    const breakdown = report.breakdown ?? [];
    const from = report.who.interval ? utc(report.who.interval) : null;
    const kept = rowsOf(list, breakdown, metric.measure).filter(({ order, item }) => {
      if (from !== null && (order.time < from || order.time >= next(from, report.unit))) return false;
      if (report.who.segment.length === 0) return true;
      return (
        JSON.stringify(breakdown.map((b) => bucket(b, read(order, b, item)))) ===
        JSON.stringify(report.who.segment)
      );
    });
    return page([...new Set(kept.map((r) => r.order.user))].sort(), report);
  }

  return {
    sizeOf: (definition) => cohortUsers(definition).length,
    forget: () => memberCache.clear(),
    values(reference, search) {
      const counts = new Map();
      for (const o of orders)
        for (const item of element(reference) ? o.items : [null]) {
          const v = read(o, reference, item);
          counts.set(v, (counts.get(v) ?? 0) + 1);
        }
      return [...counts]
        .map(([value, count]) => ({ value, count }))
        .filter((v) => String(v.value).toLowerCase().includes(search.toLowerCase()))
        .sort((a, b) => b.count - a.count);
    },
    answer(report) {
      if (report.who) return who(report);
      if (report.report === 'insights') return insights(report);
      if (report.report === 'retention') return retention(report);
      if (report.report === 'users')
        return page(report.cohort ? cohortUsers(report.cohort).sort() : customers.map((c) => c.id), report);
      throw new Refused('report', `unknown report "${report.report}"`);
    },
  };
}
