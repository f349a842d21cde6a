-- What makes up a level's clock and alerts, for people and BI.
select 1;
