-- What becomes of each request, drawn from multiples of irrational numbers: even, and the same every time.
-- Submitted over two years up to the base; a level takes 2 to 62 hours, one in 300 a month.
create temporary table drawn as
select
    number,
    md5('request ' || number)::uuid as request_id,
    md5('user ' || number %% %(users)s)::uuid as initiator_id,
    submitted_at,
    number %% 50 = 7 as is_draft,
    number %% 97 = 5 as is_deleted,
    number %% 10 = 3 as is_express,
    number %% 10 = 4 as is_closed,
    case when rejected < 0.15 then 1 + number %% 3 end as rejected_level,
    submitted_at + interval '1 hour' * (2 + 60 * first) as ends_1,
    submitted_at
    + interval '1 hour' * (4 + 60 * (first + second) + case when number %% 300 = 1 then 720 else 0 end)
        as ends_2,
    submitted_at
    + interval '1 hour'
    * (6 + 60 * (first + second + third) + case when number %% 300 = 1 then 720 else 0 end)
        as ends_3
from (
    select
        number,
        %(base)s::timestamptz - interval '730 days' * ((%(requests)s - number)::float / %(requests)s)
            as submitted_at,
        (number * 0.6180339887498949) %% 1 as first,
        (number * 0.7548776662466927) %% 1 as second,
        (number * 0.5698402909980532) %% 1 as third,
        (number * 0.8191725133961645) %% 1 as rejected
    from generate_series(1, %(requests)s) as number
) as draws
