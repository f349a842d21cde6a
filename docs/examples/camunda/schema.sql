-- The tables of Camunda 7 that the mapping reads, with the columns that it needs.
create table act_id_user (
    id_ varchar(64) primary key,
    rev_ integer,
    first_ varchar(255),
    last_ varchar(255),
    email_ varchar(255)
);

create table act_id_membership (
    user_id_ varchar(64) not null references act_id_user (id_),
    group_id_ varchar(64) not null,
    primary key (user_id_, group_id_)
);

create table act_hi_procinst (
    id_ varchar(64) primary key,
    proc_inst_id_ varchar(64) not null unique,
    business_key_ varchar(255),
    proc_def_key_ varchar(255),
    start_time_ timestamp not null,
    end_time_ timestamp,
    start_user_id_ varchar(255),
    delete_reason_ varchar(4000),
    state_ varchar(255)
);

create table act_hi_taskinst (
    id_ varchar(64) primary key,
    task_def_key_ varchar(255),
    proc_inst_id_ varchar(64),
    name_ varchar(255),
    assignee_ varchar(255),
    start_time_ timestamp not null,
    end_time_ timestamp,
    delete_reason_ varchar(4000),
    priority_ integer,
    due_date_ timestamp
);

create table act_hi_varinst (
    id_ varchar(64) primary key,
    proc_inst_id_ varchar(64),
    task_id_ varchar(64),
    name_ varchar(255) not null,
    var_type_ varchar(100),
    double_ double precision,
    long_ bigint,
    text_ varchar(4000)
);

create index act_hi_varinst_task on act_hi_varinst (task_id_);

create table act_hi_op_log (
    id_ varchar(64) primary key,
    proc_inst_id_ varchar(64),
    task_id_ varchar(64),
    user_id_ varchar(255),
    timestamp_ timestamp not null,
    operation_type_ varchar(64),
    entity_type_ varchar(30),
    property_ varchar(64),
    org_value_ varchar(4000),
    new_value_ varchar(4000)
);

create table act_hi_comment (
    id_ varchar(64) primary key,
    time_ timestamp not null,
    user_id_ varchar(255),
    proc_inst_id_ varchar(64),
    message_ varchar(4000)
);
