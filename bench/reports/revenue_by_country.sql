-- A sum of a decimal by an event property, every segment.
select 'Revenue' as metric, coalesce(country, '') as segment, strftime(time, '%Y-%m-01') as interval, sum(revenue) as value
from events where event_name = 'order completed'
group by grouping sets ((country, strftime(time, '%Y-%m-01')), (strftime(time, '%Y-%m-01')))
