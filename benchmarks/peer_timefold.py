"""The month as planning entities and constraint streams, solved by Timefold (with its Python).

    python peer_timefold.py MONTH.json OUT.json --until SECONDS

Runs where the package ``timefold`` is installed, with Java 17, and needs nothing of the
project. Every cell of the roster is an entity, its code the planning variable, the past is
pinned; the solver's default phases (first fit, then local search with change and swap moves)
search in one thread, as the community edition does. Hard level: hard rules; medium: people
short of the min; soft: points. MONTH is what `peer_data.typed` made, OUT takes the roster.
"""

import argparse
import json
import threading
import time
from dataclasses import dataclass, field
from math import gcd
from pathlib import Path
from typing import Annotated

from timefold.solver import SolverFactory
from timefold.solver.config import (
    Duration,
    ScoreDirectorFactoryConfig,
    SolverConfig,
    TerminationConfig,
)
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningPin,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardMediumSoftScore,
    Joiners,
    constraint_provider,
)

OFF = "-"
ROW = 1000
"""Keys of a person's cells are in one row: person times this, plus the day."""


@dataclass(eq=False)
class Duty:
    """A code; `barred` and `charged` are by the index of the code on the next day."""

    code: str
    index: int
    on: int
    barred: list[int]
    charged: list[int]

    def __str__(self) -> str:
        return self.code


@planning_entity
@dataclass(eq=False)
class Cell:
    """A person's day.

    `open` are the codes that may stand there (one range for all cells and a hard constraint
    instead led to far worse rosters); `alone_on` and `alone_off` are points of a single day.
    """

    id: Annotated[int, PlanningId]
    who: int
    day: int
    lead: int
    alone_on: int
    alone_off: int
    pinned: Annotated[bool, PlanningPin]
    open: Annotated[list[Duty], ValueRangeProvider]
    duty: Annotated[Duty | None, PlanningVariable] = field(default=None)


@dataclass(eq=False)
class Run:
    """At most so many days in a row with a code of the mask."""

    who: int
    most: int
    codes: list[int]


@dataclass(eq=False)
class Sum:
    """What codes are worth on the days of each group (-1 is no group), in its own units.

    `lacks` tells by how much the hard limits are missed, `points` what is charged, by total.
    """

    who: int
    worth: list[int]
    group: list[int]
    lacks: list[int]
    points: list[int]
    single: bool


@dataclass(eq=False)
class Row:
    """People asked for on a day."""

    number: int
    day: int
    codes: list[int]
    people: list[int]
    min: int
    short: bool
    target: int
    max: int
    under: int
    over: int


@dataclass(eq=False)
class Pair:
    """Somebody who works only beside another."""

    who: int
    beside: int
    days: list[int]


@dataclass(eq=False)
class Wish:
    """Codes that meet a wish, as a mask."""

    id: int
    met: list[int]
    points: int


@planning_solution
@dataclass(eq=False)
class Month:
    """The problem and its solution."""

    duties: Annotated[list[Duty], ProblemFactCollectionProperty]
    runs: Annotated[list[Run], ProblemFactCollectionProperty]
    sums: Annotated[list[Sum], ProblemFactCollectionProperty]
    rows: Annotated[list[Row], ProblemFactCollectionProperty]
    pairs: Annotated[list[Pair], ProblemFactCollectionProperty]
    wishes: Annotated[list[Wish], ProblemFactCollectionProperty]
    cells: Annotated[list[Cell], PlanningEntityCollectionProperty]
    score: Annotated[HardMediumSoftScore | None, PlanningScore] = field(default=None)


# --- constraints ------------------------------------------------------------------------------


def points_of(row: Row, count: int) -> int:
    """Return the points of a row that has its min."""
    points = 0
    held = count
    if held < row.min:
        held = row.min
    if held < row.target:
        points = (row.target - held) * row.under
    if count > row.max:
        points = points + (count - row.max) * row.over
    return points


@constraint_provider
def constraints(factory: ConstraintFactory) -> list[Constraint]:
    """Return every rule of the month."""
    hard, medium = HardMediumSoftScore.ONE_HARD, HardMediumSoftScore.ONE_MEDIUM
    soft = HardMediumSoftScore.ONE_SOFT

    def following():
        return factory.for_each(Cell).join(
            Cell, Joiners.equal(lambda a: a.id + 1, lambda b: b.id)
        )

    def three():
        return next_days.join(Cell, Joiners.equal(lambda a, b: b.id + 1, lambda c: c.id))

    def summed(single: bool):
        # A person's cells with every sum that they are in; each sum is always there.
        pairs = factory.for_each(Cell).join(
            Sum,
            Joiners.equal(lambda c: c.who, lambda s: s.who),
            Joiners.filtering(lambda c, s: s.group[c.day + 8] >= 0),
        )
        if single:
            return pairs.filter(lambda c, s: s.single).group_by(
                lambda c, s: s,
                ConstraintCollectors.sum(lambda c, s: s.worth[c.duty.index]),
            )
        return (
            pairs.filter(lambda c, s: not s.single)
            .group_by(
                lambda c, s: s,
                lambda c, s: s.group[c.day + 8],
                ConstraintCollectors.max(lambda c, s: s.worth[c.duty.index]),
            )
            .group_by(lambda s, g, m: s, ConstraintCollectors.sum(lambda s, g, m: m))
        )

    def counted():
        return (
            factory.for_each(Cell)
            .join(
                Row,
                Joiners.equal(lambda c: c.day, lambda r: r.day),
                Joiners.filtering(lambda c, r: r.people[c.who] == 1),
            )
            .group_by(
                lambda c, r: r,
                ConstraintCollectors.sum(lambda c, r: r.codes[c.duty.index]),
            )
        )

    next_days = following()
    next_two = three()
    of_days, of_groups, of_rows = summed(True), summed(False), counted()
    return [
        next_days.filter(lambda a, b: a.duty.barred[b.duty.index] == 1 and b.day >= 0)
        .penalize(hard)
        .as_constraint("barred"),
        next_days.filter(lambda a, b: a.duty.charged[b.duty.index] > 0 and b.day >= 0)
        .penalize(soft, lambda a, b: a.duty.charged[b.duty.index])
        .as_constraint("charged"),
        next_two.filter(
            lambda a, b, c: (
                b.alone_on > 0 and a.duty.on == 0 and b.duty.on == 1 and c.duty.on == 0
            )
        )
        .penalize(soft, lambda a, b, c: b.alone_on)
        .as_constraint("alone on"),
        next_two.filter(
            lambda a, b, c: (
                b.alone_off > 0 and a.duty.on == 1 and b.duty.on == 0 and c.duty.on == 1
            )
        )
        .penalize(soft, lambda a, b, c: b.alone_off)
        .as_constraint("alone off"),
        factory.for_each(Run)
        .join(
            Cell,
            Joiners.equal(lambda r: r.who, lambda c: c.who),
            Joiners.filtering(lambda r, c: r.codes[c.duty.index] == 1),
        )
        .group_by(
            lambda r, c: r,
            ConstraintCollectors.to_consecutive_sequences(lambda r, c: c, lambda c: c.day),
        )
        .flatten_last(lambda chain: chain.getConsecutiveSequences())
        .filter(lambda r, sequence: sequence.getCount() > r.most)
        .penalize(hard, lambda r, sequence: sequence.getCount() - r.most)
        .as_constraint("days in a row"),
        of_days.penalize(hard, lambda s, total: s.lacks[total]).as_constraint("sums"),
        of_days.penalize(soft, lambda s, total: s.points[total]).as_constraint("sums charged"),
        of_groups.penalize(hard, lambda s, total: s.lacks[total]).as_constraint("weekends"),
        of_groups.penalize(soft, lambda s, total: s.points[total]).as_constraint(
            "weekends charged"
        ),
        of_rows.filter(lambda r, count: r.short and count < r.min)
        .penalize(medium, lambda r, count: r.min - count)
        .as_constraint("short"),
        of_rows.filter(lambda r, count: not r.short and count < r.min)
        .penalize(hard, lambda r, count: r.min - count)
        .as_constraint("people that must be there"),
        of_rows.penalize(soft, lambda r, count: points_of(r, count)).as_constraint("cover"),
        factory.for_each(Cell)
        .filter(lambda c: c.duty.on == 1 and c.day >= 0)
        .group_by(
            lambda c: c.day,
            lambda c: c.duty.index,
            ConstraintCollectors.sum(lambda c: c.lead),
        )
        .filter(lambda day, index, leads: leads == 0)
        .penalize(hard)
        .as_constraint("a lead on each shift"),
        factory.for_each(Pair)
        .join(
            Cell,
            Joiners.equal(lambda p: p.who, lambda c: c.who),
            Joiners.filtering(lambda p, c: p.days[c.day + 8] == 1),
        )
        .join(
            Cell,
            Joiners.equal(lambda p, c: p.beside * 1000 + c.day, lambda m: m.id),
        )
        .filter(lambda p, c, m: c.duty.on == 1 and m.duty.index != c.duty.index)
        .penalize(hard)
        .as_constraint("beside the mentor"),
        factory.for_each(Wish)
        .join(Cell, Joiners.equal(lambda w: w.id, lambda c: c.id))
        .filter(lambda w, c: w.met[c.duty.index] == 0)
        .penalize(soft, lambda w, c: w.points)
        .as_constraint("wishes"),
    ]


# --- the month --------------------------------------------------------------------------------


def read(month: dict) -> Month:
    """Return the problem."""
    codes, days, past = month["codes"], month["days"], len(month["past"][0])
    assert past == 8
    place = {code: i for i, code in enumerate(codes)}
    duties = [
        Duty(code, i, int(code != OFF), [0] * len(codes), [0] * len(codes))
        for i, code in enumerate(codes)
    ]
    for a, b in month["barred"]:
        duties[place[a]].barred[place[b]] = 1
    for a, b, points in month["charged"]:
        duties[place[a]].charged[place[b]] = points

    def mask(chosen) -> list[int]:
        return [int(code in chosen) for code in codes]

    everybody = range(len(month["cells"]))
    (leads,) = {tuple(row["leads"]) for row in month["led"]} or {tuple(everybody)}
    cells = []
    for e in everybody:
        on, off = month["alone"]["on"][e], month["alone"]["off"][e]
        for d in range(-past, days):
            if d < 0:
                options = [month["past"][e][d + past]]
            else:
                options = month["cells"][e][d]
            single = -1 <= d < days - 1
            cells.append(
                Cell(
                    e * ROW + d,
                    e,
                    d,
                    int(e in leads),
                    on[d + 1] if single else 0,
                    off[d + 1] if single else 0,
                    len(options) == 1,
                    [duties[place[c]] for c in options],
                    duties[place[options[0]]] if len(options) == 1 else None,
                )
            )
    far = 10**9
    sums = [_sum(s, codes, past, days) for s in month["sums"] if s["groups"]]
    rows = []
    for n, r in enumerate(month["cover"]):
        counts = {code: people for code, people in r["counts"].items() if people}
        if not counts:
            continue
        (people,) = {tuple(p) for p in counts.values()}  # the same for every code
        rows.append(
            Row(
                n,
                r["day"],
                mask(counts),
                [int(e in people) for e in everybody],
                r["min"],
                r["short"],
                r["target"] or 0,
                far if r["max"] is None else r["max"],
                r["under"],
                r["over"],
            )
        )
    return Month(
        duties,
        [Run(r["who"], r["most"], mask(r["codes"])) for r in month["runs"]],
        sums,
        rows,
        [
            Pair(p["who"], p["beside"], [int(d in p["days"]) for d in range(-past, days)])
            for p in month["pairs"]
        ],
        [Wish(w["who"] * ROW + w["day"], mask(w["met"]), w["points"]) for w in month["wishes"]],
        cells,
    )


def _sum(s: dict, codes: list[str], past: int, days: int) -> Sum:
    """Return a sum with what it costs at each total."""
    group = [-1] * (past + days)
    for g, some in enumerate(s["groups"]):
        for d in some:
            group[d + past] = g
    unit = gcd(*s["worth"].values())
    totals = [unit * n for n in range(len(s["groups"]) * max(s["worth"].values()) // unit + 1)]

    def lack(total: int) -> int:
        below = 0 if s["least"] is None else s["least"] - total
        above = 0 if s["most"] is None else total - s["most"]
        return max(0, -(-below // unit), -(-above // unit))

    def points(total: int) -> int:
        away = ((sign * (total - limit), each) for sign, limit, each in s["charges"])
        return sum(-(-over // s["per"]) * each for over, each in away if over > 0)

    return Sum(
        s["who"],
        [s["worth"].get(code, 0) // unit for code in codes],
        group,
        [lack(total) for total in totals],
        [points(total) for total in totals],
        all(len(some) == 1 for some in s["groups"]),
    )


def main() -> None:
    """Read the month, search until the time is up, write the roster."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("month", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--until", type=float, required=True, help="seconds since 1970")
    options = parser.parse_args()
    month = read(json.loads(options.month.read_text()))
    config = SolverConfig(
        solution_class=Month,
        entity_class_list=[Cell],
        score_director_factory_config=ScoreDirectorFactoryConfig(
            constraint_provider_function=constraints
        ),
        # Compiling the constraints takes its time first; see below.
        termination_config=TerminationConfig(spent_limit=Duration(hours=24)),
    )
    solver = SolverFactory.create(config).build_solver()
    done = threading.Event()

    def stop() -> None:
        # Again and again: a word that comes before the search has begun is not heard.
        while not done.wait(max(0.5, options.until - time.time())):
            solver.terminate_early()

    threading.Thread(target=stop, daemon=True).start()
    solved = solver.solve(month)
    done.set()
    score, answer = solved.score, {"status": "feasible"}
    rows: dict[int, list[str | None]] = {}
    for cell in sorted(solved.cells, key=lambda c: (c.who, c.day)):
        if cell.day >= 0:
            code = None if cell.duty is None else cell.duty.code
            rows.setdefault(cell.who, []).append(code)
    if any(code is None for row in rows.values() for code in row):
        answer["status"] = "not every cell was decided"
    else:
        answer["rows"] = [rows[e] for e in sorted(rows)]
        answer["score"] = str(score)
        answer["objective"] = -int(score.soft_score)
    options.out.write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
