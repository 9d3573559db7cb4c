"""How fast the swap desk is: 200 people and a month.

    python benchmarks/swaps.py [--people 200] [--requests 300] [--wishes 300] [--seconds 30]

A roster is made first (the telecom month enlarged, `--seconds` of search), then requests and
wishes that people could make on it. Each figure stands beside that of the obvious way in the
same run:

check    two audits of everybody and every day, and their difference
suggest  the whole verdict on every colleague and every duty that could come back (a sample,
         carried over to all)
review   first come, first served: each request judged in order beside those taken so far
clear    direct swaps alone, no rings of three or four
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from big_team import telecom
from rich.console import Console
from rich.table import Table

from constraints import REGISTRY
from roster.audit import audit, diff
from roster.plan import Roster
from roster.problem import SIGNATURES, Swap, SwapWish
from roster.solve import solve
from roster.swaps import clear as clearing
from roster.swaps.clear import clear
from roster.swaps.desk import OPEN, Answer, Desk
from roster.swaps.exchange import exchange_of, exchanges
from roster.swaps.review import priority, review
from roster.swaps.suggest import suggest


def timed(what: Callable) -> tuple[object, float]:
    """Return what a call gives and its seconds."""
    begin = time.perf_counter()
    out = what()
    return out, time.perf_counter() - begin


def random_request(rng: random.Random, roster: Roster, number: int) -> Swap:
    """Return a swap of two duties, each on a day on which the other is off."""
    problem = roster.problem
    while True:
        a, b = rng.sample(range(len(problem.employees)), 2)
        away = [d for d, _ in roster.duties_of(a) if not roster.on(b, d)]
        back = [d for d, _ in roster.duties_of(b) if not roster.on(a, d)]
        if away and back:
            asked = datetime.combine(problem.start, datetime.min.time())
            return Swap(
                id=str(number),
                applicant=problem.employees[a].id,
                partner=problem.employees[b].id,
                day=problem.date_of(rng.choice(away)),
                return_day=problem.date_of(rng.choice(back)),
                asked_at=asked - timedelta(days=6) + timedelta(minutes=number),
                signatures=dict.fromkeys(SIGNATURES, True),
            )


def requests(rng: random.Random, desk: Desk, count: int) -> list[Swap]:
    """Return requests, three in four of which could be granted by themselves."""
    out: list[Swap] = []
    while len(out) < count:
        row = random_request(rng, desk.roster, len(out) + 1)
        fine = desk.verdict(exchange_of(desk.roster, [row])).answer is Answer.APPROVED
        if fine or len(out) % 4 == 0:
            out.append(row)
    return out


def wishes(rng: random.Random, roster: Roster, count: int) -> list[SwapWish]:
    """Return duties to be rid of, each with four days off on which one could be taken."""
    problem = roster.problem
    out: dict[tuple[int, int], SwapWish] = {}
    while len(out) < count:
        e = rng.randrange(len(problem.employees))
        on = [d for d, _ in roster.duties_of(e)]
        off = [d for d in range(problem.n_days) if not roster.on(e, d)]
        if not on or len(off) < 4:
            continue
        d = rng.choice(on)
        out[e, d] = SwapWish(
            staff=problem.employees[e].id,
            day=problem.date_of(d),
            can_take=tuple((problem.date_of(x), None) for x in rng.sample(off, 4)),
        )
    return list(out.values())


def measure_check(rng: random.Random, roster: Roster, rules: object) -> tuple[str, str]:
    """Time single verdicts against two whole audits."""
    rows = [random_request(rng, roster, n) for n in range(30)]
    ours = []
    for row in rows:
        desk = Desk(roster, rules)
        x = exchange_of(roster, [row])

        def ask(desk: Desk = desk, x: object = x) -> object:
            verdict = desk.verdict(x)
            return verdict.answer, verdict.case.news

        ours.append(timed(ask)[1])
    plain = []
    for row in rows[:5]:
        after = Desk(roster, rules).case([exchange_of(roster, [row])]).after
        plain.append(timed(lambda a=after: diff(audit(roster, rules), audit(a, rules)))[1])
    mine, theirs = statistics.median(ours), statistics.median(plain)
    return f"{mine:.3f} (worst {max(ours):.3f})", f"{theirs:.3f} (ratio {mine / theirs:.2f})"


def measure_suggest(rng: random.Random, roster: Roster, rules: object) -> tuple[str, str]:
    """Time suggestions against the whole verdict on everything."""
    desk, problem = Desk(roster, rules), roster.problem
    ours = []
    for _ in range(10):
        e = rng.randrange(len(problem.employees))
        d = rng.choice([d for d, _ in roster.duties_of(e)])
        applicant, day = problem.employees[e].id, problem.date_of(d)
        ours.append(timed(lambda a=applicant, day=day: suggest(desk, a, day))[1])
    sample = [random_request(rng, roster, n) for n in range(20)]
    _, seconds = timed(lambda: [desk.verdict(exchange_of(roster, [r])).answer for r in sample])
    # A colleague has about as many duties that could come back as the applicant days off.
    tries = (len(problem.employees) - 1) * problem.n_days / 4
    plain = seconds / len(sample) * tries
    mine = statistics.median(ours)
    return f"{mine:.2f} (worst {max(ours):.2f})", f"{plain:.0f} (ratio {mine / plain:.2f})"


def in_order(desk: Desk) -> int:
    """Return how many requests are granted when each is judged in turn."""
    asked = sorted(exchanges(desk.rosters, OPEN), key=lambda x: min(map(priority, x.rows)))
    taken: list = []
    for x in asked:
        if desk.allowed([*taken, x]):
            taken.append(x)
    return len(taken)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--wishes", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    rng = random.Random(1)
    problem, rules = telecom(options.people)
    outcome, _ = solve(problem, rules, seconds=options.seconds)
    if outcome.roster is None:
        raise SystemExit("no roster in time; give more --seconds")
    roster = outcome.roster
    assert {r.id for r in rules} == {r.id for r in REGISTRY.rules}
    table = Table(title=f"{options.people} people, {problem.n_days} days")
    for name in ("what", "ours", "the obvious way"):
        table.add_column(name)
    table.add_row("check, s", *measure_check(rng, roster, rules))
    table.add_row("suggest, s", *measure_suggest(rng, roster, rules))

    rows = requests(rng, Desk(roster, rules), options.requests)
    full = Roster(replace(problem, swaps=tuple(rows)), roster.cells)
    reviewed, seconds = timed(lambda: review(Desk(full, rules)))
    accepted = sum(d.status.value in ("approved", "referred") for d in reviewed.decisions)
    served, plain = timed(lambda: in_order(Desk(full, rules)))
    table.add_row(
        f"review of {len(rows)}, s",
        f"{seconds:.1f}",
        f"{plain:.1f} (ratio {seconds / plain:.2f})",
    )
    proof = "proven most" if reviewed.proven else f"at most {reviewed.bound}"
    table.add_row(
        "  accepted", f"{accepted}, {proof}", f"{served} (ratio {accepted / served:.2f})"
    )

    asked = wishes(rng, roster, options.wishes)
    full = Roster(replace(problem, swap_wishes=tuple(asked)), roster.cells)
    cleared, seconds = timed(lambda: clear(Desk(full, rules), seconds=60))
    clearing.LARGEST_RING, largest = 2, clearing.LARGEST_RING
    direct, plain = timed(lambda: clear(Desk(full, rules), seconds=60))
    clearing.LARGEST_RING = largest
    table.add_row(
        f"clear of {len(asked)}, s",
        f"{seconds:.1f}",
        f"{plain:.1f} (ratio {seconds / plain:.2f})",
    )
    sizes = Counter(len(x.people) for x in cleared.exchanges)
    shown = ", ".join(f"{n} rings of {k}" for k, n in sorted(sizes.items()))
    ratio = cleared.granted / max(1, direct.granted)
    table.add_row(
        "  granted",
        f"{cleared.granted} ({shown}); bound {cleared.bound}, gap {100 * cleared.gap:.1f} %",
        f"{direct.granted} (ratio {ratio:.2f})",
    )
    Console().print(table)


if __name__ == "__main__":
    main()
