-- Rows whose parent the source does not give.
select count(*) as "rows"
from {relation} as mapped
where
    mapped.{link} is not null
    and not exists (
        select 1
        from {parent_relation} as parent
        where parent.{parent_key} = mapped.{link}
    )
