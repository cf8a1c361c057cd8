with gaps as (
  select day, leadInFrame(day, 1, toDate('2100-01-01')) over
    (partition by user_id order by day rows between unbounded preceding and unbounded following) as next
  from (select distinct user_id, toDate(time) as day from events)),
counted as (select day, next, toInt64(count()) as n from gaps group by day, next),
days as (
  select t.1 as day, sum(t.2) as came, sum(t.3) as left7, sum(t.4) as left28 from (
    select arrayJoin([(day, n, toInt64(0), toInt64(0)), (least(day + 7, next), toInt64(0), n, toInt64(0)),
      (least(day + 28, next), toInt64(0), toInt64(0), n)]) as t from counted)
  group by day),
counts as (
  select day, came, sum(came - left7) over (order by day) as wau, sum(came - left28) over (order by day) as mau from days)
select day as interval, '' as segment, m.1 as metric, m.2 as value
from counts array join [('DAU', came), ('WAU', wau), ('MAU', mau)] as m
where day < toDate('2026-01-01')
