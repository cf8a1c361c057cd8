-- A funnel of three steps within 7 days, by country; a user counts where any chain of steps gets.
with viewed as (
  select user_id, country, time from events
  where event_name = 'product viewed' and time >= timestamp '2025-08-01' and time < timestamp '2025-10-30'),
added as (
  select user_id, time from events
  where event_name = 'added to cart' and time >= timestamp '2025-08-01' and time < timestamp '2025-11-06'),
ordered as (
  select user_id, time from events
  where event_name = 'order completed' and time >= timestamp '2025-08-01' and time < timestamp '2025-11-06'),
second as (
  select added.user_id, added.time, viewed.time as start
  from added asof join viewed on added.user_id = viewed.user_id and added.time > viewed.time
  where added.time <= viewed.time + interval 7 day),
third as (
  select ordered.user_id
  from ordered asof join second on ordered.user_id = second.user_id and ordered.time > second.time
  where ordered.time <= second.start + interval 7 day),
reached1 as (select user_id, any_value(country) as country from viewed group by user_id),
reached2 as (select distinct user_id from second),
reached3 as (select distinct user_id from third),
counts as (
  select country, count(*) as one, count(reached2.user_id) as two, count(reached3.user_id) as three
  from reached1 left join reached2 using (user_id) left join reached3 using (user_id) group by country)
select country as segment, unnest([1, 2, 3]) as step, unnest([one, two, three]) as value from counts
