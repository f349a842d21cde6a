select versions.*
from {{ ref('int_request_versions') }} as versions
where {{ is_current_version('versions', ref('int_changed_requests')) }}
