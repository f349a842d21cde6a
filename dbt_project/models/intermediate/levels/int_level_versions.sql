{{ stored_and_changed(
    ref('int_levels_stored'), ref('int_levels_measured'), ref('int_changed_requests')
) }}
