"""Great Expectations suites of the source contract, one module per table."""

from ingestion.expectations.claims import Claim
from ingestion.expectations.frames import validate_frame
from ingestion.expectations.landed import ExpectationOutcome, validate_table
from ingestion.expectations.suites import build_suite, expectations_for, suite_names

__all__ = [
    "Claim",
    "ExpectationOutcome",
    "build_suite",
    "expectations_for",
    "suite_names",
    "validate_frame",
    "validate_table",
]
