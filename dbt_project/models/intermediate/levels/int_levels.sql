select versions.*
from {{ ref('int_level_versions') }} as versions
where {{ is_current_version('versions', ref('int_changed_requests')) }}
