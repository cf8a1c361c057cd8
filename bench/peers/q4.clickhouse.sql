select toStartOfMonth(time) as interval, platform as segment, sum(revenue) as value
from events
where event_name = 'order completed' and country in ('DE', 'FR', 'ES')
group by interval, segment
