-- Brings every incremental table up to the oldest changes, at most so many; says how many requests that
-- were, whether more changes wait that another refresh would store, and whether nothing can be stored
-- before a build ends or before a transaction that changes rules does. Run as tat_dbt, whose tables
-- they are.
create or replace function tat.refresh_stored_facts(
    p_limit integer default 5000,
    out requests_stored integer,
    out changes_left boolean,
    out is_waiting_for_build boolean,
    out is_waiting_for_rules boolean
)
language plpgsql
as $$
declare
    changes bigint[];
    requests uuid[];
    fact tat.stored_fact;
begin
    perform tat.lock_stored_facts();
    requests_stored := 0;
    changes_left := false;
    is_waiting_for_rules := false;
    -- While views still read the old form of a table that was rebuilt, what changed must stay known.
    is_waiting_for_build := tat.has_renamed_facts()
        or not exists (select 1 from tat.stored_fact);
    if is_waiting_for_build then
        return;
    end if;
    select array_agg(batch.change_id), array_agg(distinct batch.request_id)
    into changes, requests
    from (
        select request_change.change_id, request_change.request_id
        from tat.request_change
        order by request_change.change_id
        limit p_limit
    ) as batch;
    if changes is null then
        return;
    end if;
    -- Whoever changes a rule lists the requests that it sees. One of these may have come too late for
    -- that, and would be stored by the old rule without being known to have changed: so not before
    -- the change of the rule is committed. One that begins from here on sees them all.
    is_waiting_for_rules := exists (
        select 1
        from pg_locks
        where locktype = 'relation'
            and mode = 'RowExclusiveLock'
            and granted
            and pid is distinct from pg_backend_pid()
            and database = (select oid from pg_database where datname = current_database())
            and relation in (
                'tat.policy'::regclass,
                'tat.calendar'::regclass,
                'tat.setting'::regclass,
                'workflow.users'::regclass
            )
    );
    if is_waiting_for_rules then
        return;
    end if;
    for fact in
        select * from tat.stored_fact where totals_of is null order by stored_relation
    loop
        perform tat.store_requests(fact, requests);
    end loop;
    insert into tat.untested_request (request_id)
    select unnest(requests)
    on conflict (request_id) do update set tested_by = null;
    delete from tat.request_change where change_id = any(changes);
    requests_stored := cardinality(requests);
    changes_left := cardinality(changes) >= p_limit;
end
$$;
comment on function tat.refresh_stored_facts(integer) is
'Brings the incremental tables up to the oldest changes, in one transaction, unless they wait for a build or for rules that are being changed; run as tat_dbt.';
