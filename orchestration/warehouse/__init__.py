"""What the warehouse needs beside dbt: builds, incremental tables, days as known, lineage."""
