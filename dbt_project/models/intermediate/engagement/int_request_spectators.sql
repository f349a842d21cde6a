with participants as (

    select * from {{ ref('stg_workflow__participants') }}

),

notes as (

    select * from {{ ref('stg_workflow__work_notes') }}
    where not is_deleted

),

spectators as (

    select distinct
        request_id,
        user_id
    from participants
    where participant_type = 'SPECTATOR' and is_active

),

spectator_notes as (

    select
        request_id,
        user_id,
        count(*) as notes_count
    from notes
    group by request_id, user_id

),

request_spectators as (

    select
        spectators.request_id,
        count(*) as spectators_count,
        count(spectator_notes.user_id) as active_spectators_count,
        coalesce(sum(spectator_notes.notes_count), 0)::bigint
            as spectator_comments_count
    from spectators
    left join spectator_notes
        on
            spectators.request_id = spectator_notes.request_id
            and spectators.user_id = spectator_notes.user_id
    group by spectators.request_id

)

select * from request_spectators
