"""A search that ends when it has done enough, however busy the machine is."""

from __future__ import annotations

import time

from roster.outcome import Outcome
from roster.problem import Problem
from roster.rule import RuleSet
from roster.solve import Progress, solve


def searched(problem: Problem, rules: RuleSet, seconds: float, most: float) -> Outcome:
    """Solve until no hard rule is broken and points have been searched for a while.

    The seconds are of the processor, so that a busy machine searches as long as an idle one,
    and count from when points are searched for: a first roster is not fair yet. `most` is
    what it may take by the clock, for a busy machine too.
    """
    began: list[float] = []

    def enough(now: Progress) -> None:
        if now.bound is None or now.best is None or now.best.hard:
            return
        began.append(time.process_time())
        if began[-1] - began[0] > seconds:
            raise KeyboardInterrupt  # the search ends with the best so far

    outcome, _ = solve(problem, rules, seconds=most, on_progress=enough)
    assert outcome.audit is not None
    return outcome
