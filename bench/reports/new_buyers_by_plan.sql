-- First-ever orders of each user by a user property, with a filter on a text.
with firsts as (
  select *, rank() over (partition by user_id order by time) as nth from events where event_name = 'order completed')
select 'New buyers' as metric, coalesce(plan, '') as segment, strftime(time, '%Y-%m-01') as interval,
  count(distinct user_id) as value
from firsts join users using (user_id) where nth = 1 and platform <> 'tv'
group by grouping sets ((plan, strftime(time, '%Y-%m-01')), (strftime(time, '%Y-%m-01')))
