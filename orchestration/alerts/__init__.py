"""The alert engine: plain Python and SQL, no Dagster."""
