"""What must hold of each table: derived from the contract, checked by Great Expectations."""

from ingestion.expectations.expectation import Expectation, list_expectations
from ingestion.expectations.loaded import ExpectationOutcome, validate_table

__all__ = ["Expectation", "ExpectationOutcome", "list_expectations", "validate_table"]
