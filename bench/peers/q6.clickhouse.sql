select born, month - born as bucket, count() as users, sum(revenue) as value from (
  select user_id, month, revenue, min(month) over (partition by user_id) as born from (
    select user_id, toMonth(time) - 1 as month, sum(revenue) as revenue
    from events where event_name = 'order completed' group by user_id, month))
group by born, bucket
