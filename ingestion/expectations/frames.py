"""Judging rows before they land, in memory."""

from functools import cache
from typing import Any

import pandas as pd

from ingestion.expectations.claims import Claim
from ingestion.expectations.suites import (
    build_suite,
    expectations_for,
    open_context,
    refuse_unjudged,
)
from ingestion.rows import Reason


@cache
def list_row_claims(table: str) -> dict[str, Claim]:
    """Return the claims that keep rows out, by name."""
    return {claim.name: claim for claim in expectations_for(table) if claim.keeps_out}


@cache
def list_judged_columns(table: str) -> frozenset[str]:
    """Return the columns that those claims need."""
    return frozenset(
        column for claim in list_row_claims(table).values() for column in claim.columns
    )


def validate_frame(table: str, frame: pd.DataFrame) -> dict[int, list[Reason]]:
    """Judge the rows of a frame; return the reasons of each that breaks a claim, by index.

    Times are in UTC without a zone, numbers numeric, the rest objects; a missing value is null.
    A claim about a column that the frame does not have is left out.
    """
    claims = list_row_claims(table)
    columns = frozenset(frame.columns)
    applicable = frozenset(
        name for name, claim in claims.items() if columns.issuperset(claim.columns)
    )
    if frame.empty or not applicable:
        return {}
    batch = define_batch().get_batch({"dataframe": frame})
    outcome = batch.validate(prepare_suite(table, applicable), result_format="COMPLETE")
    return collect_reasons(claims, outcome.results)


@cache
def define_batch() -> Any:
    """Return the batch definition of frames in memory."""
    source = open_context().data_sources.add_pandas("rows")
    return source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("all")


@cache
def prepare_suite(table: str, names: frozenset[str]) -> Any:
    """Return the suite of the named claims."""
    claims = [claim for name, claim in list_row_claims(table).items() if name in names]
    return build_suite(table, claims)


def collect_reasons(claims: dict[str, Claim], results: list[Any]) -> dict[int, list[Reason]]:
    """Word each unexpected value as the reason of its row.

    Raises RuntimeError when an expectation could not be evaluated: rows must not pass unjudged.
    """
    reasons: dict[int, list[Reason]] = {}
    for result in results:
        claim = claims[result.expectation_config.meta["claim"]]
        refuse_unjudged(claim, result)
        if not result.success:
            indexes = result.result["unexpected_index_list"]
            values = result.result["unexpected_list"]
            for index, value in zip(indexes, values, strict=True):
                reasons.setdefault(index, []).append(claim.describe(value))
    return reasons
