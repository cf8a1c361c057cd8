select toDate(time) as interval, country as segment, count() as value
from events
where event_name = 'product viewed' and time >= toDateTime64('2025-08-01', 3, 'UTC') and time < toDateTime64('2025-10-30', 3, 'UTC')
group by interval, segment
