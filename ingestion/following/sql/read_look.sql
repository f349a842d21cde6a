-- How the source was last seen.
select source.read_at, source.server, source.open_transactions
from tat.source
where source.read_at is not null
