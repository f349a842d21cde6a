"""Questions to the metrics of the dbt project: MetricFlow writes the SQL, the BI role runs it."""
