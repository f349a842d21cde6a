"""PostgreSQL: connections, roles, settings, the schema and the embedded server.

Nothing here knows where rows come from.
"""
