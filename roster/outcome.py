"""What a search came back with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from roster.audit import Audit
from roster.plan import Roster
from roster.words import Text


class SolveStatus(str, Enum):
    """How a search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NOTHING_FOUND = "nothing found"


STATUS_WORDS = {
    SolveStatus.OPTIMAL: Text("optimal", "最优"),
    SolveStatus.FEASIBLE: Text("feasible", "可行"),
    SolveStatus.INFEASIBLE: Text("infeasible", "无解"),
    SolveStatus.NOTHING_FOUND: Text("nothing found in time", "限时内未找到"),
}


def whole(bound: float) -> int:
    """Return a bound on points, which are whole numbers."""
    return math.ceil(bound - 1e-6)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Result of a search.

    Attributes
    ----------
    status : SolveStatus
    roster : Roster or None
        The best roster found.
    audit : Audit or None
        Its audit; every roster that leaves the search has one.
    bound : float or None
        No roster with this shortage costs less, in points.
    shortage_proven : bool
        The shortage is proven to be the least possible.
    seconds : float
    seed : int
    interrupted : bool
        Stopped by Ctrl-C.
    """

    status: SolveStatus
    roster: Roster | None = None
    audit: Audit | None = None
    bound: float | None = None
    shortage_proven: bool = False
    seconds: float = 0.0
    seed: int = 0
    interrupted: bool = False

    @property
    def objective(self) -> int | None:
        """Penalty points of the roster, by the audit."""
        return None if self.audit is None else self.audit.points

    @property
    def shortage(self) -> int | None:
        """People short of the minimum cover, by the audit."""
        return None if self.audit is None else self.audit.shortage

    @property
    def gap(self) -> float | None:
        """(objective - bound) / objective, 0 when both are 0; None without a bound."""
        if self.objective is None or self.bound is None:
            return None
        if self.objective <= self.bound:
            return 0.0
        return (self.objective - self.bound) / self.objective
