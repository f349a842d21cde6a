"""A source that makes up a company's approvals: realistic, of any size, the same for a seed."""

from ingestion.simulator.bundle import FileFormat, simulate_bundle

__all__ = ["FileFormat", "simulate_bundle"]
