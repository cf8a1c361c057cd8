-- Distinct users of any event in the 30 days that end with each day of a quarter.
with days as (select distinct user_id, time::date as day from events where time >= '2025-09-02')
select 'MAU' as metric, '' as segment, strftime(ends.day, '%Y-%m-%d') as interval, count(distinct days.user_id) as value
from range(timestamp '2025-10-01', timestamp '2026-01-01', interval 1 day) as ends(day)
join days on days.day <= ends.day::date and days.day > ends.day::date - 30
group by all
