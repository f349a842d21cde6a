-- The initiator and a spectator of each request; every fourth spectator is the one who writes.
insert into workflow.participants (participant_id, request_id, user_id, participant_type)
select
    md5('participant ' || number || ' ' || participant.participant_type)::uuid,
    request_id,
    participant.user_id,
    participant.participant_type
from drawn
cross join lateral (
    values
    ('INITIATOR', initiator_id),
    ('SPECTATOR', md5('user ' || (number + case when number %% 4 = 0 then 17 else 18 end) %% %(users)s)::uuid)
) as participant (participant_type, user_id)
