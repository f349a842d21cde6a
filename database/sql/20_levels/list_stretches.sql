-- The stretches of a cycle between the instants at which its level, its approvers or its initiator
-- moved, with the priority and approver of the time. What lies after p_as_of, as when the machine's
-- clock was set back, has not happened yet.
create or replace function tat.list_stretches(
    p_level_id uuid,
    p_started_at timestamptz,
    p_halted_at timestamptz,
    p_as_of timestamptz
)
returns table (
    starts_at timestamptz, priority text, approver_id uuid, initiator_id uuid
)
language sql stable
begin atomic
    with present as (
        select
            level_source.priority,
            level_source.approver_id,
            level_source.initiator_id
        from tat.level_source
        where level_source.level_id = p_level_id
    ),

    switches as (
        select list_switches.*
        from tat.list_switches(p_level_id) as list_switches
    ),

    people as (
        select present.initiator_id as user_id
        from present
        union
        select present.approver_id
        from present
        union
        select switches.old_approver_id
        from switches
        where switches.old_approver_id is not null
    ),

    moves as (
        select switches.effective_at
        from switches
        union
        select user_change.effective_at
        from tat.user_change
        inner join people on people.user_id = user_change.user_id
    ),

    cuts as (
        select p_started_at as starts_at
        union
        select moves.effective_at
        from moves
        where moves.effective_at > p_started_at
            and moves.effective_at < coalesce(p_halted_at, 'infinity')
            and moves.effective_at <= p_as_of
    )

    select
        cuts.starts_at,
        coalesce(
            (
                select switches.old_priority
                from switches
                where switches.effective_at > cuts.starts_at
                    and switches.old_priority is not null
                order by switches.effective_at, switches.change_id
                limit 1
            ),
            present.priority
        ),
        coalesce(
            (
                select switches.old_approver_id
                from switches
                where switches.effective_at > cuts.starts_at
                    and switches.old_approver_id is not null
                order by switches.effective_at, switches.change_id
                limit 1
            ),
            present.approver_id
        ),
        present.initiator_id
    from cuts
    cross join present;
end;
