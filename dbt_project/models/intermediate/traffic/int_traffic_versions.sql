{{ stored_and_changed(
    ref('int_traffic_stored'),
    ref('int_traffic_measured'),
    ref('int_changed_requests'),
    one_by_one=true
) }}
