-- The approvers together have the levels in time, and the breaches, of all levels.
with approvers as (

    select
        coalesce(sum(within_tat_count), 0) as within_tat_count,
        coalesce(sum(breaches_count), 0) as breaches_count
    from {{ ref('vw_approver_performance') }}

),

levels as (

    select
        count(*) filter (where completed_within_tat) as within_tat_count,
        count(*) filter (where is_breached) as breaches_count
    from {{ ref('vw_tat_compliance') }}

)

select * from approvers
except
select * from levels
