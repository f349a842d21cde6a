-- Check foreign keys as this load commits, if it is the first one.
select tat.suspend_references()
