create or replace function tat.list_groups(p_groups tat.stored_fact, p_requests uuid[]) returns jsonb
language plpgsql stable
as $$
declare
    keys jsonb;
begin
    execute format(
        'select jsonb_agg(keys) from (select distinct %s from %s where request_id = any($1)) as keys',
        p_groups.key_column,
        p_groups.totals_of
    ) into keys using p_requests;
    return coalesce(keys, '[]');
end
$$;
comment on function tat.list_groups(tat.stored_fact, uuid[]) is
'The keys of the groups to which stored rows of these requests belong, as objects.';
