-- Of those who sign up, who comes back for anything, week by week?
with ordered as (
  select user_id, time, event_name, date_trunc('week', time) as week,
    row_number() over (partition by user_id order by time, substr(md5(row_id), 1, 16), event_name) as nth
  from events),
births as (
  select user_id, min(nth) as nth, arg_min(week, nth) as born from ordered where event_name = 'signed up' group by all
  having born >= '2025-01-06' and born < '2025-09-29'),
sizes as (select born, count(*) as size from births group by all)
select strftime(born, '%Y-%m-%d') as born, datediff('week', born, week) as bucket, size,
  count(distinct user_id) as users, null as value
from ordered join births using (user_id) join sizes using (born)
where ordered.nth > births.nth and datediff('week', born, week) <= 12
group by all
