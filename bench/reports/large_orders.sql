-- An exact median and a 90th percentile under a numeric filter.
with large as (select strftime(time, '%Y-%m-01') as interval, revenue::double as revenue from events
  where event_name = 'order completed' and revenue >= 20)
select 'Median' as metric, '' as segment, interval, quantile_cont(revenue, 0.5) as value from large group by all
union all
select 'P90', '', interval, quantile_cont(revenue, 0.9) from large group by all
