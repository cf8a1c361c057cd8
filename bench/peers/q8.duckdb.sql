-- First orders of each day.
select strftime(first, '%Y-%m-%d') as interval, '' as segment, count(*) as value
from (select min(time)::date as first from events where event_name = 'order completed' group by user_id)
group by all
