-- Users active in the 1, 7 and 28 days that end with each day of a year. A user is counted from a day on until the window
-- ends or the next day of activity comes, whichever is first: differences, added up.
with active as (select distinct user_id, time::date as day from events),
gaps as (select day, lead(day) over (partition by user_id order by day) as next from active),
changes as (
  select day, count(*) as came, 0 as left7, 0 as left28 from gaps group by all
  union all select least(day + 7, coalesce(next, date '2100-01-01')), 0, count(*), 0 from gaps group by 1
  union all select least(day + 28, coalesce(next, date '2100-01-01')), 0, 0, count(*) from gaps group by 1),
days as (select day, sum(came) as came, sum(left7) as left7, sum(left28) as left28 from changes group by day),
counts as (
  select day, came, sum(came - left7) over (order by day) as wau, sum(came - left28) over (order by day) as mau from days)
select strftime(day, '%Y-%m-%d') as interval, '' as segment, unnest(['DAU', 'WAU', 'MAU']) as metric,
  unnest([came, wau, mau]) as value
from counts where day < date '2026-01-01'
