-- Analyze a table of which this load changed a good part.
select tat.refresh_statistics(%(table)s, %(rows_changed)s)
