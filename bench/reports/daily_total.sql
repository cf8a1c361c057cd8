-- Every event of the year, by day.
select 'All events' as metric, '' as segment, strftime(time, '%Y-%m-%d') as interval, count(*) as value from events group by all
