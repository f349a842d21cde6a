-- When policies, their thresholds or a calendar's variants were edited.
create table tat.policy_change (
    change_id bigint generated always as identity primary key,
    changed_at timestamptz not null default clock_timestamp()
);
comment on table tat.policy_change is
'One row per edit of a policy, a threshold or a calendar''s variants.';
-- Nothing tells whether alerts that are there already rest on policies edited since.
insert into tat.policy_change default values;
