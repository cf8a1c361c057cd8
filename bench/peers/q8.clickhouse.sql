select first as interval, '' as segment, count() as value
from (select toDate(min(time)) as first from events where event_name = 'order completed' group by user_id)
group by interval
