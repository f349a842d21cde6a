"""The nightly check that the alerts are what an independent walk of every level makes of them."""

import dagster as dg

from orchestration.defs.alerts.assets import tat_alerts
from orchestration.defs.local_days import LOCAL_ZONE
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described
from orchestration.engine.reconciliation import Reconciliation, reconcile

LISTED = 20


@dg.asset_check(asset=tat_alerts.key, name="alerts_reconcile")
def alerts_reconcile(database: DatabaseResource) -> dg.AssetCheckResult:
    """No alert is missing, extra, early, misplaced or doubled; flags and outbox agree with them."""
    with database.connect("tat_engine") as connection:
        return judge_reconciliation(reconcile(connection))


def judge_reconciliation(found: Reconciliation) -> dg.AssetCheckResult:
    """Red with the counts and the first findings where the record differs."""
    metadata: dict[str, dg.MetadataValue | str | int] = {
        "as_of": found.as_of.isoformat(),
        "levels": found.levels,
        "crossings": found.crossings,
        **{kind.replace(" ", "_"): count for kind, count in found.counts.items()},
    }
    if found.errors:
        first = [
            f"- {finding.kind}: {finding.alert_type} of level {finding.level_id} "
            f"({finding.request_number}), recorded {finding.recorded_at}, "
            f"expected {finding.expected_at} {finding.detail}"
            for finding in found.errors[:LISTED]
        ]
        left = sum(1 for _ in found.errors) - len(first)
        if left:
            first.append(f"- {left} more; `tat reconcile` lists them")
        metadata["first_findings"] = dg.MetadataValue.md("\n".join(first))
    return dg.AssetCheckResult(passed=found.is_clean, metadata=metadata)


reconciliation_job = dg.define_asset_job(
    "reconciliation_job", selection=dg.AssetSelection.checks(alerts_reconcile)
)


@described(
    dg.schedule,
    job=reconciliation_job,
    cron_schedule="15 3 * * *",
    execution_timezone=LOCAL_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def nightly_reconciliation_schedule() -> dg.RunRequest:
    """Compare all alerts with an independent walk, every night."""
    return dg.RunRequest()
