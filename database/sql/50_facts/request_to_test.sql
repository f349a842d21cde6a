create or replace view tat.request_to_test as
select request_id from tat.untested_request
union
select request_id from tat.request_change;
comment on view tat.request_to_test is
'Requests of which something changed since all data tests last passed, stored or not.';
