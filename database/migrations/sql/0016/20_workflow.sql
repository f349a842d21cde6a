-- The source contract as tables. In a shared database the app's own tables stand here.
create extension if not exists btree_gist with schema tat;

create table workflow.users (
    user_id uuid primary key,
    employee_id text,
    email text not null,
    display_name text not null,
    department text,
    designation text,
    location text,
    reporting_manager_id uuid,
    is_active boolean not null default true,
    created_at timestamptz,
    updated_at timestamptz
);

create table workflow.workflow_requests (
    request_id uuid primary key,
    request_number text not null,
    initiator_id uuid not null references workflow.users,
    template_type text,
    title text not null,
    description text,
    priority text not null check (priority in ('STANDARD', 'EXPRESS')),
    status text not null check (
        status in (
            'DRAFT', 'PENDING', 'IN_PROGRESS', 'APPROVED', 'REJECTED', 'CLOSED'
        )
    ),
    current_level integer,
    total_levels integer,
    total_tat_hours numeric(10, 2),
    submission_date timestamptz,
    closure_date timestamptz,
    conclusion_remark text,
    is_draft boolean not null default false,
    is_deleted boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index workflow_requests_initiator_id on workflow.workflow_requests (initiator_id);

create table workflow.approval_levels (
    level_id uuid primary key,
    request_id uuid not null references workflow.workflow_requests,
    level_number integer not null,
    level_name text,
    approver_id uuid not null references workflow.users,
    status text not null check (
        status in ('PENDING', 'IN_PROGRESS', 'APPROVED', 'REJECTED', 'SKIPPED')
    ),
    tat_hours numeric(10, 2) not null check (tat_hours >= 0),
    level_start_time timestamptz,
    level_end_time timestamptz,
    tat_start_time timestamptz,
    action_date timestamptz,
    comments text,
    rejection_reason text,
    breach_reason text,
    is_final_approver boolean not null default false,
    is_skipped boolean not null default false,
    skipped_at timestamptz,
    skipped_by uuid,
    skip_reason text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    tat50_alert_sent boolean not null default false,
    tat75_alert_sent boolean not null default false,
    tat_breached boolean not null default false
)
-- The engine sets flags soon after a level lands: room for the update on the same page.
with (fillfactor = 85);
create index approval_levels_request_id on workflow.approval_levels (request_id);
create index approval_levels_approver_id on workflow.approval_levels (approver_id);

create table workflow.participants (
    participant_id uuid primary key,
    request_id uuid not null references workflow.workflow_requests,
    user_id uuid not null references workflow.users,
    participant_type text not null check (
        participant_type in ('INITIATOR', 'APPROVER', 'SPECTATOR')
    ),
    added_at timestamptz,
    is_active boolean not null default true
);
create index participants_request_id on workflow.participants (request_id);

create table workflow.work_notes (
    note_id uuid primary key,
    request_id uuid not null references workflow.workflow_requests,
    user_id uuid not null references workflow.users,
    message text,
    is_deleted boolean not null default false,
    created_at timestamptz not null
);
create index work_notes_request_id on workflow.work_notes (request_id);

create table workflow.work_note_attachments (
    attachment_id uuid primary key,
    note_id uuid not null references workflow.work_notes,
    file_name text,
    uploaded_at timestamptz
);
create index work_note_attachments_note_id on workflow.work_note_attachments (note_id);

create table workflow.documents (
    document_id uuid primary key,
    request_id uuid not null references workflow.workflow_requests,
    uploaded_by uuid not null references workflow.users,
    file_name text,
    file_size bigint,
    category text,
    is_deleted boolean not null default false,
    uploaded_at timestamptz not null
);
create index documents_request_id on workflow.documents (request_id);

create table workflow.activities (
    activity_id uuid primary key,
    request_id uuid not null references workflow.workflow_requests,
    user_id uuid,
    user_name text,
    activity_type text not null,
    activity_description text,
    metadata jsonb,
    is_system_event boolean not null default false,
    created_at timestamptz not null
);
create index activities_request_id on workflow.activities (request_id);

create table workflow.holidays (
    holiday_id uuid primary key,
    holiday_date date not null,
    holiday_name text not null,
    holiday_type text check (
        holiday_type in ('NATIONAL', 'REGIONAL', 'ORGANIZATIONAL', 'OPTIONAL')
    ),
    is_recurring boolean not null default false,
    is_active boolean not null default true,
    applies_to_departments text[],
    applies_to_locations text[]
);

create table workflow.level_pauses (
    pause_id uuid primary key,
    level_id uuid not null references workflow.approval_levels,
    paused_at timestamptz not null,
    resumed_at timestamptz,
    reason text,
    check (resumed_at >= paused_at),
    constraint pauses_of_a_level_do_not_overlap
    exclude using gist (level_id with =, tstzrange(paused_at, resumed_at) with &&)
    deferrable initially immediate
);
create index level_pauses_level_id on workflow.level_pauses (level_id);
comment on constraint pauses_of_a_level_do_not_overlap on workflow.level_pauses is
'A level is paused once at a time: resume the pause that runs before another begins.';
