-- Bring level clocks up to what changed at the source.
select derived.levels_derived, derived.changes_left
from tat.derive_level_clocks(%(as_of)s, %(batch_size)s) as derived
