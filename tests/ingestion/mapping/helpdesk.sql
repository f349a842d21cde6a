-- A small helpdesk whose rows have what real ones have: other types, odd values, rows without parents.
create table people (
    id integer primary key,
    mail varchar(80),
    full_name text
);

create table tickets (
    id integer primary key,
    number text not null,
    author integer,
    subject text,
    state text,
    "isUrgent" boolean,
    created timestamp not null,
    changed timestamp not null
);

create table steps (
    id integer primary key,
    ticket integer not null,
    place integer,
    person integer,
    state smallint not null,
    allowed interval,
    hours numeric,
    created timestamptz not null,
    changed timestamptz not null
);

create table secrets (id integer primary key);

insert into people values (1, 'ann@example.com', 'Ann'), (2, 'ben@example.com', 'Ben'), (3, null, 'Cy');

insert into tickets values
    (10, 'T-10', 1, 'A laptop', 'open', true, '2026-03-02 09:00', '2026-03-02 09:00'),
    (11, 'T-11', 2, 'A chair', 'done', false, '2026-03-02 09:00', '2026-03-03 09:00'),
    (12, 'T-12', 9, 'A desk', 'on hold', null, '2026-03-02 09:00', '2026-03-03 09:00');

insert into steps values
    (100, 10, 1, 2, 1, '8 hours', 8, '2026-03-02 09:00+01', '2026-03-02 09:00+01'),
    (101, 11, 1, 1, 2, '8 hours', 8, '2026-03-02 09:00+01', '2026-03-03 09:00+01'),
    (102, 11, 2, null, 7, null, null, '2026-03-02 09:00+01', '2026-03-03 09:00+01');
