select day as interval, '' as segment, count() as value
from (select distinct toDate(time) as day, user_id from events)
group by interval
