-- Revenue of three countries by month and platform.
select strftime(date_trunc('month', time), '%Y-%m-%d') as interval, platform as segment, sum(revenue) as value
from events
where event_name = 'order completed' and country in ('DE', 'FR', 'ES')
group by all
