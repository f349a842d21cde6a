"""The alert engine: ticks, calendars, policies, reconciliation, explanations; no Dagster."""
