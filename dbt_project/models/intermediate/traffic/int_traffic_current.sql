with traffic as (

    select
        notes.request_id,
        {{ local_day('notes.created_at') }} as kpi_date,
        1 as work_notes_added,
        0 as documents_uploaded,
        0 as alerts_50_sent,
        0 as alerts_75_sent,
        0 as alerts_100_sent
    from {{ ref('stg_workflow__work_notes') }} as notes
    inner join {{ ref('int_request_states') }} as requests
        on notes.request_id = requests.request_id
    where not notes.is_deleted
    union all
    select
        documents.request_id,
        {{ local_day('documents.uploaded_at') }} as kpi_date,
        0 as work_notes_added,
        1 as documents_uploaded,
        0 as alerts_50_sent,
        0 as alerts_75_sent,
        0 as alerts_100_sent
    from {{ ref('stg_workflow__documents') }} as documents
    inner join {{ ref('int_request_states') }} as requests
        on documents.request_id = requests.request_id
    where not documents.is_deleted
    union all
    select
        alerts.request_id,
        {{ local_day('alerts.alert_sent_at') }} as kpi_date,
        0 as work_notes_added,
        0 as documents_uploaded,
        case when alerts.alert_type = 'TAT_50' then 1 else 0 end as alerts_50_sent,
        case when alerts.alert_type = 'TAT_75' then 1 else 0 end as alerts_75_sent,
        case when alerts.alert_type = 'TAT_100' then 1 else 0 end as alerts_100_sent
    from {{ ref('stg_tat__alerts') }} as alerts

),

request_days as (

    select
        request_id,
        kpi_date,
        sum(work_notes_added)::bigint as work_notes_added,
        sum(documents_uploaded)::bigint as documents_uploaded,
        sum(alerts_50_sent)::bigint as alerts_50_sent,
        sum(alerts_75_sent)::bigint as alerts_75_sent,
        sum(alerts_100_sent)::bigint as alerts_100_sent
    from traffic
    group by
        request_id,
        kpi_date

)

select * from request_days
