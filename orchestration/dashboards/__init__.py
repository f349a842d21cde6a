"""Superset's dashboards: declared here, written as YAML into `dashboards/`, imported and served."""
