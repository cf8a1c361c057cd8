-- Do new buyers buy again? By calendar month, with what they spend.
with rows as (
  select user_id, time, revenue, date_trunc('month', time) as month,
    row_number() over (partition by user_id order by time, substr(md5(row_id), 1, 16)) as nth
  from events where event_name = 'order completed'),
births as (select user_id, month as born from rows where nth = 1),
sizes as (select born, count(*) as size from births group by all)
select strftime(born, '%Y-%m-%d') as born, datediff('month', born, month) as bucket, size, count(distinct user_id) as users,
  sum(revenue) as value
from rows join births using (user_id) join sizes using (born) where nth > 1
group by all
