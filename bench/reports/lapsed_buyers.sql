-- The size of a cohort: bought twice or more in autumn, spent 50 or more, did nothing in December.
select count(*) as size from (
  select user_id from events join users using (user_id)
  where event_name = 'order completed' and plan = 'free'
  group by all
  having count(*) filter (time >= '2025-09-01' and time < '2025-12-01') >= 2
    and sum(revenue) filter (time >= '2025-09-01' and time < '2025-12-01') >= 50
    and count(*) filter (time >= '2025-12-01' and time < '2026-01-01') = 0)
