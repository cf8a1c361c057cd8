select count() as size from (
  select user_id from events
  where event_name = 'order completed' and time >= toDateTime64('2025-09-03', 3, 'UTC') and time < toDateTime64('2026-01-01', 3, 'UTC')
  group by user_id having max(time) < toDateTime64('2025-12-02', 3, 'UTC'))
