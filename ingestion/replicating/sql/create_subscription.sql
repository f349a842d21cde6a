create subscription {subscription}
connection {conninfo}
publication {publication}
with (slot_name = {slot})
