select country as segment, s.1 as step, s.2 as value from (
  select country, countIf(reached >= 1) as one, countIf(reached >= 2) as two, countIf(reached >= 3) as three from (
    select user_id, any(country) as country, windowFunnel(604800000)(toUInt64(toUnixTimestamp64Milli(time)),
      event_name = 'product viewed' and time < toDateTime64('2025-10-30', 3, 'UTC'),
      event_name = 'added to cart', event_name = 'order completed') as reached
    from events
    where event_name in ('product viewed', 'added to cart', 'order completed')
      and time >= toDateTime64('2025-08-01', 3, 'UTC') and time < toDateTime64('2025-11-06', 3, 'UTC')
    group by user_id)
  where reached >= 1 group by country)
array join [(1, one), (2, two), (3, three)] as s
