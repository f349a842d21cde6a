(
    select *
    from {relation} as narrowed
    where narrowed.{key} = any({keys}::{type}[])
)
