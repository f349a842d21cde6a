create table {relation} ({columns}, primary key ({keys}))
