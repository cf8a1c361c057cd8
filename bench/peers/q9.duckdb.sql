-- Products by units sold, with their buyers; the engines give all, the report the first 50 of each number.
select line.product_id as segment, sum(line.quantity) as units, count(distinct user_id) as buyers
from (select user_id, unnest(items) as line from events where event_name = 'order completed')
group by all
