-- Totals add up what each row of a fact contributes, in a view that knows whose row it is. Groups have
-- figures that no difference corrects, such as a median: their view counts each group from the fact.
create or replace function tat.is_added_up(p_totals tat.stored_fact) returns boolean
language sql stable
begin atomic
    select exists (
        select from pg_attribute
        where pg_attribute.attrelid = p_totals.source_relation::regclass
            and pg_attribute.attname = 'request_id'
    );
end;
comment on function tat.is_added_up(tat.stored_fact) is
'Whether totals can be corrected by what a request contributes; if not, they are groups, which are counted again.';
