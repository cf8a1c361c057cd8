-- Buyers by the month of their first order and the month of an order: users and what they spent.
with months as (
  select user_id, datediff('month', timestamp '2025-01-01', time) as month, sum(revenue) as revenue
  from events where event_name = 'order completed' group by all),
born as (select user_id, min(month) as born from months group by user_id)
select born, month - born as bucket, count(*) as users, sum(revenue) as value
from months join born using (user_id) group by all
