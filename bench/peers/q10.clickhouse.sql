with following as (
  select event_name, leadInFrame(event_name, 1) over w as one, leadInFrame(event_name, 2) over w as two,
    leadInFrame(event_name, 3) over w as three
  from events where time >= toDateTime64('2025-10-03', 3, 'UTC')
  window w as (partition by user_id order by time rows between unbounded preceding and unbounded following)),
orders as (select one, two, three, count() as n from following where event_name = 'order completed' group by one, two, three)
select s.1 as step, s.2 as event, sum(n) as value
from orders array join [(1, one), (2, two), (3, three)] as s
where event != '' group by step, event
