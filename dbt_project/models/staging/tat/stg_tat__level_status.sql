with source as (

    select * from {{ source('tat', 'level_status') }}

),

renamed as (

    select
        level_id,
        calendar_id,

        cycle,
        state as clock_state,
        elapsed_seconds,
        tat_seconds,
        seconds_per_tat_hour,
        is_breached,

        started_at,
        halted_at,
        due_at
    from source

)

select * from renamed
