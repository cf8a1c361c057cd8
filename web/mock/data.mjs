// A small coffee-shop data set, the same on every start: what the mock server answers from.
const day = 86_400_000;

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const products = [
  ['JAF-001', 'nutellaphone who dis?', 'jaffle', 11],
  ['JAF-002', 'doctor stew', 'jaffle', 11],
  ['JAF-003', 'the krautback', 'jaffle', 12],
  ['JAF-004', 'flame impala', 'jaffle', 14],
  ['JAF-005', 'mel-bun', 'jaffle', 12],
  ['BEV-001', 'tangaroo', 'beverage', 6],
  ['BEV-002', 'chai and mighty', 'beverage', 5],
  ['BEV-003', 'vanilla ice', 'beverage', 6],
  ['BEV-004', 'for richer or pourover', 'beverage', 7],
  ['BEV-005', 'adele-ade', 'beverage', 4],
].map(([product_id, product_name, product_type, price]) => ({
  product_id,
  product_name,
  product_type,
  price,
}));

export const locations = [
  ['loc-1', 'Philadelphia', 0],
  ['loc-2', 'Brooklyn', 190],
  ['loc-3', 'Chicago', 390],
  ['loc-4', 'San Francisco', 520],
].map(([location_id, location_name, opens]) => ({ location_id, location_name, opens }));

const first = [
  'Danielle',
  'Susan',
  'Lisa',
  'Marcus',
  'Priya',
  'Tom',
  'Aisha',
  'Jorge',
  'Elena',
  'Wei',
  'Noah',
  'Grace',
];
const last = ['Gray', 'Phillips', 'Murray', 'Chen', 'Okafor', 'Silva', 'Novak', 'Haddad', 'Larsen', 'Moore'];

const days = 730;

// Customers and their orders over two years that end yesterday.
export function makeData(today) {
  const roll = random(7);
  const start = Date.parse(`${today}T00:00:00Z`) - days * day;
  const customers = [];
  const orders = [];
  for (let i = 0; i < 1900; i++) {
    const habit = roll();
    const home = locations[Math.min(3, Math.floor(roll() * roll() * 4.4))];
    const joined = Math.floor(home.opens + roll() * (days - home.opens));
    const gap = habit < 0.35 ? 0 : habit < 0.8 ? 14 + roll() * 50 : 4 + roll() * 8;
    const stays = 40 + roll() * roll() * 700;
    const id = `cust-${String(i + 1).padStart(5, '0')}`;
    const bought = [];
    for (let at = joined; at < days && at < joined + stays; at += gap * (0.4 + roll() * 1.2) + 0.5) {
      const season = 1 + 0.25 * Math.sin(((at % 365) / 365) * 2 * Math.PI);
      const lines = 1 + Math.floor(roll() * 2.2 * season + (habit > 0.8 ? 0.8 : 0));
      const liked = Math.floor(roll() * roll() * products.length);
      const items = Array.from(
        { length: lines },
        () => products[roll() < 0.4 ? liked : Math.floor(roll() * products.length)],
      );
      const subtotal = items.reduce((sum, p) => sum + p.price, 0);
      bought.push({
        user: id,
        time: start + Math.floor(at) * day + Math.floor((7 + roll() * 11) * 3_600_000),
        location_id: home.location_id,
        location_name: home.location_name,
        items,
        order_total: Math.round(subtotal * 106) / 100,
        tax_paid: Math.round(subtotal * 6) / 100,
      });
      if (gap === 0) break;
    }
    if (bought.length === 0) continue;
    const name = `${first[Math.floor(roll() * first.length)]} ${last[Math.floor(roll() * last.length)]}`;
    customers.push({ id, name, type: bought.length > 1 ? 'returning' : 'new', orders: bought.length });
    for (const [n, o] of bought.entries()) orders.push({ ...o, order_number: n + 1 });
  }
  orders.sort((a, b) => a.time - b.time);
  return { customers, orders };
}
