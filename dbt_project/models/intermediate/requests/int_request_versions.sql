{{ stored_and_changed(
    ref('int_requests_stored'),
    ref('int_requests_measured'),
    ref('int_changed_requests'),
    one_by_one=true
) }}
