"""Reconciliation: every crossing recomputed by another road than the engine's SQL."""

from orchestration.engine.reconciliation.comparison import ERRORS, NOTICES, Finding
from orchestration.engine.reconciliation.reconcile import (
    Reconciliation,
    ReconciliationError,
    reconcile,
)

__all__ = ["ERRORS", "NOTICES", "Finding", "Reconciliation", "ReconciliationError", "reconcile"]
