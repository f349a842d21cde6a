with requests as (

    select * from {{ ref('stg_workflow__requests') }}
    where request_status = 'CLOSED'

),

levels as (

    select * from {{ ref('stg_workflow__approval_levels') }}

),

decisions as (

    select
        levels.request_id,
        levels.level_id,
        levels.level_number,
        levels.level_status as last_decision,
        coalesce(levels.level_end_time, levels.action_date, levels.updated_at)
            as last_decided_at
    from levels
    inner join requests
        on levels.request_id = requests.request_id
    where levels.level_status in ('APPROVED', 'REJECTED')

),

last_decisions as (

    {{ first_row_per(
        'decisions',
        ['request_id'],
        ['last_decided_at desc', 'level_number desc', 'level_id asc'],
        ['request_id', 'last_decision', 'last_decided_at']
    ) }}

)

select * from last_decisions
