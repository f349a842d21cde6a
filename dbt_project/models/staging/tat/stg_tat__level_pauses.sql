with source as (

    select * from {{ source('tat', 'level_pause') }}

),

renamed as (

    select
        pause_id,
        level_id,

        reason,

        paused_at,
        resumed_at
    from source

)

select * from renamed
