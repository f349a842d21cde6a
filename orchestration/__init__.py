"""Turnaround's orchestration: the alert engine, the Dagster definitions and the `tat` command."""
