-- An approval app whose models are Sequelize's: camelCase columns, integer keys, enums of its own.
create type "enum_ApprovalRequests_status" as enum (
    'draft', 'submitted', 'inReview', 'approved', 'rejected', 'closed'
);
create type "enum_ApprovalRequests_priority" as enum ('standard', 'express');
create type "enum_ApprovalLevels_status" as enum (
    'waiting', 'active', 'onHold', 'approved', 'rejected', 'skipped'
);

create table "Users" (
    id serial primary key,
    "employeeCode" varchar(255),
    email varchar(255) not null,
    "firstName" varchar(255),
    "lastName" varchar(255),
    department varchar(255),
    "jobTitle" varchar(255),
    office varchar(255),
    "managerId" integer,
    "isActive" boolean not null default true,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null
);

create table "ApprovalRequests" (
    id serial primary key,
    "requestNumber" varchar(255) not null,
    "requesterId" integer not null references "Users" (id),
    template varchar(255),
    title varchar(255) not null,
    details text,
    priority "enum_ApprovalRequests_priority" not null,
    status "enum_ApprovalRequests_status" not null,
    "submittedAt" timestamptz,
    "closedAt" timestamptz,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null,
    "deletedAt" timestamptz
);

create table "ApprovalLevels" (
    id serial primary key,
    "requestId" integer not null references "ApprovalRequests" (id),
    "order" integer not null,
    name varchar(255),
    "approverId" integer not null references "Users" (id),
    status "enum_ApprovalLevels_status" not null,
    "tatMinutes" integer not null,
    "startedAt" timestamptz,
    "decidedAt" timestamptz,
    remarks text,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null
);

create index on "ApprovalLevels" ("updatedAt");

create table "LevelHolds" (
    id serial primary key,
    "levelId" integer not null references "ApprovalLevels" (id),
    "heldAt" timestamptz not null,
    "releasedAt" timestamptz,
    reason text
);

create table "Watchers" (
    "requestId" integer not null references "ApprovalRequests" (id),
    "userId" integer not null references "Users" (id),
    "createdAt" timestamptz not null,
    primary key ("requestId", "userId")
);
