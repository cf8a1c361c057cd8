-- How many bought in the last 120 days of the year but not in the last 30.
select count(*) as size from (
  select user_id from events
  where event_name = 'order completed' and time >= timestamp '2025-09-03' and time < timestamp '2026-01-01'
  group by user_id having max(time) < timestamp '2025-12-02')
