"""A small team round the clock for many months in a row: people join, leave, are long away."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Any

from searching import searched

from constraints import REGISTRY
from examples._common import names
from roster.audit import Audit
from roster.rotation import turns
from roster.workbook.read import Loaded, read
from roster.workbook.template import write_template
from roster.workbook.write import write_result

JOINS, LEAVES, AWAY, PART_TIME = "Y13", "Y12", "Y05", "Y11"
JOINED, LEFT = date(2026, 5, 11), date(2026, 8, 10)
LONG_LEAVE = date(2026, 6, 1), date(2026, 7, 31)
NAMES = names(13, "year")
SHIFTS = (
    {"code": "D", "hours": "08:00-16:00", "kind": "day"},
    {"code": "E", "hours": "15:00-23:00", "kind": "evening", "not_before": "D"},
    {"code": "N", "hours": "23:00-07:00", "kind": "night", "not_before": "D,E"},
)
DEMAND = (
    ("workday", "D", 3), ("rest day", "D", 2), ("every day", "E", 2), ("every day", "N", 1),
)  # fmt: skip


COMFORT = (
    "min_consecutive_days", "min_consecutive_days_off", "single_day_off", "single_day_on",
    "shift_blocks", "forward_rotation", "fair_shifts",
)  # fmt: skip
"""Soft rules whose points a short search would rather save than share fairly."""


def tables(
    year: int, month: int, off: tuple[str, ...] = COMFORT
) -> dict[str, list[dict[str, Any]]]:
    """Return the input sheets of a month; whoever has left is off the list from then on."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    people = [
        {"id": f"Y{i:02d}", "name": NAMES[i - 1].en, "grade": "senior" if i < 5 else "junior"}
        for i in range(1, 14)
    ]
    by_id = {row["id"]: row for row in people}
    by_id[JOINS]["start_date"], by_id[LEAVES]["end_date"] = JOINED, LEFT
    by_id[PART_TIME]["max_hours"] = 88
    people = [
        row
        for row in people
        if row.get("start_date", first) <= last and row.get("end_date", last) >= first
    ]
    leave = [
        {"staff": AWAY, "from": max(LONG_LEAVE[0], first), "to": min(LONG_LEAVE[1], last),
         "kind": "sick", "status": "approved"}
    ]  # fmt: skip
    off += ("lead_rotation", "lead_presence", "lead_handover", "shift_lead")
    return {
        "settings": [
            {"item": "month", "value": f"{year}-{month:02d}"},
            {"item": "team", "value": "year"},
            {"item": "language", "value": "en"},
        ],
        "staff": people,
        "shifts": list(SHIFTS),
        "demand": [
            {"days": days, "shift": shift, "min": n, "target": n} for days, shift, n in DEMAND
        ],
        "leave": [row for row in leave if row["from"] <= row["to"]],
        "rules": [{"rule": rule, "level": "off"} for rule in off],
    }


def solved(
    folder: Path, sheets: dict, name: str, before: Path | None, seconds: float
) -> tuple[Loaded, Audit, Path]:
    """Write a month's workbook, solve it with the result before it, write its result.

    The seconds are those of `searched`.
    """
    source, target = folder / f"{name}.xlsx", folder / f"{name}-result.xlsx"
    lang = next(r["value"] for r in sheets["settings"] if r["item"] in ("language", "语言"))
    write_template(source, sheets, lang, force=True)
    loaded = read(source, REGISTRY, previous=before)
    outcome = searched(loaded.problem, loaded.rules, seconds, most=20 + 10 * seconds)
    write_result(
        target, source, outcome.audit, outcome, leads=turns(loaded.problem), force=True
    )
    return loaded, outcome.audit, target
