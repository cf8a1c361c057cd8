-- Distinct users of the most frequent event by week and platform.
select 'Users' as metric, coalesce(platform, '') as segment, strftime(date_trunc('week', time), '%Y-%m-%d') as interval,
  count(distinct user_id) as value
from events where event_name = 'page viewed' and time >= '2025-01-06' and time < '2025-12-29'
group by grouping sets ((platform, date_trunc('week', time)), (date_trunc('week', time)))
