-- Active users of each day of a year.
select strftime(day, '%Y-%m-%d') as interval, '' as segment, count(*) as value
from (select distinct time::date as day, user_id from events)
group by all
