-- {events} events of a web shop over the year 2025, and their users, as Parquet in {out}. Row i is a function of i alone
-- (DuckDB's hash), so the same number of events gives the same rows.
set threads = 2;
set preserve_insertion_order = true;
set memory_limit = '4GB';
set temp_directory = '{out}/sorting';

-- A number in [0, 1) for row i; `salt` makes another one of the same row.
create macro chance(i, salt) as (hash(i::bigint * 128 + salt) >> 11)::double / 9007199254740992.0;
create macro pick(names, share) as names[1 + floor(share * len(names))::int];

create macro event_names() as ['page viewed', 'product viewed', 'search made', 'list viewed', 'image opened',
  'review read', 'added to cart', 'cart viewed', 'checkout started', 'order completed', 'coupon applied', 'wishlist added',
  'video played', 'signed in', 'shared', 'support opened', 'newsletter opened', 'signed up', 'returned item',
  'settings changed'];
create macro countries() as ['US', 'DE', 'GB', 'FR', 'IN', 'BR', 'CA', 'ES', 'IT', 'NL', 'AU', 'SE', 'PL', 'MX', 'JP'];
create macro price(product) as ((hash(product::varchar) % 9900 + 100) / 100.0)::decimal(12, 2);
create macro product(i, salt) as 'P' || lpad(floor(200 * pow(chance(i, salt), 2))::int::varchar, 3, '0');
create macro line(i, n) as {'product_id': product(i, 40 + n), 'price': price(product(i, 40 + n)),
                            'quantity': 1 + (hash(i * 128 + 60 + n) % 3)::int};

copy (
  with rows as (
    select i,
      event_names()[1 + floor(20 * pow(chance(i, 1), 2.2))::int] as event_name,
      floor({events} / 50 * pow(chance(i, 2), 2.5))::bigint as user_number,
      timestamp '2025-01-01' + to_milliseconds(floor((i + chance(i, 3)) * (365 * 86400000.0 / {events}))::bigint) as time
    from range({events}) as numbers(i))
  select time, 'u' || lpad(user_number::varchar, 9, '0') as user_id, 'e' || lpad(i::varchar, 11, '0') as row_id, event_name,
    pick(countries(), pow(chance(user_number, 11), 2)) as country,
    pick(['web', 'ios', 'android', 'tv'], pow(chance(i, 12), 1.5)) as platform,
    case when chance(i, 13) < 0.4 then 'campaign ' || (hash(i * 128 + 14) % 50)::varchar end as campaign,
    case when event_name in ('product viewed', 'added to cart', 'review read', 'wishlist added') then product(i, 15) end
      as product_id,
    case when event_name = 'order completed' then price(i) end as revenue,
    case when event_name = 'order completed' then
      [line(i, n) for n in range(1, 2 + (hash(i * 128 + 16) % 4)::int)] end as items
  from rows order by i
) to '{out}/events.parquet' (format parquet, compression zstd, row_group_size 122880);

copy (
  select 'u' || lpad(user_number::varchar, 9, '0') as user_id, 'User ' || user_number::varchar as name,
    pick(['free', 'plus', 'team'], pow(chance(user_number, 21), 2)) as plan,
    pick(countries(), pow(chance(user_number, 11), 2)) as country, 18 + (hash(user_number * 128 + 22) % 60)::int as age
  from range({events} // 50) as numbers(user_number)
) to '{out}/users.parquet' (format parquet, compression zstd);

select {events}::bigint as events, ({events} // 50)::bigint as users;
