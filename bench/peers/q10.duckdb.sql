-- What follows an order: which event comes first, second and third after each order of the last 90 days.
with following as (
  select event_name, lead(event_name, 1) over user_events as one, lead(event_name, 2) over user_events as two,
    lead(event_name, 3) over user_events as three
  from events where time >= timestamp '2025-10-03'
  window user_events as (partition by user_id order by time)),
orders as (select one, two, three, count(*) as n from following where event_name = 'order completed' group by all)
select step, event, sum(n) as value
from (select unnest([1, 2, 3]) as step, unnest([one, two, three]) as event, n from orders)
where event is not null group by all
