"""Dagster's web server as `tat up` serves it."""
