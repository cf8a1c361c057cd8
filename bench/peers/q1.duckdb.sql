-- Product views each day by country, 90 days.
select strftime(time, '%Y-%m-%d') as interval, country as segment, count(*) as value
from events
where event_name = 'product viewed' and time >= timestamp '2025-08-01' and time < timestamp '2025-10-30'
group by all
