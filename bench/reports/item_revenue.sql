-- A sum over the elements of a list of objects, by a member of the same element.
with lines as (select time, unnest(items) as item from events where event_name = 'order completed')
select 'Item prices' as metric, coalesce(item.product_id, '') as segment, strftime(time, '%Y-%m-01') as interval,
  sum(item.price) as value
from lines
group by grouping sets ((item.product_id, strftime(time, '%Y-%m-01')), (strftime(time, '%Y-%m-01')))
