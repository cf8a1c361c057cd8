select p as segment, sum(q) as units, uniqExact(user_id) as buyers
from events array join items.product_id as p, items.quantity as q
where event_name = 'order completed'
group by segment
