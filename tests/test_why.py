"""Why this duty, who can step in, which wishes: each answer holds against whole audits."""

from __future__ import annotations

import dataclasses
import itertools
import random
from datetime import date, timedelta

import pytest

from constraints import REGISTRY
from roster.audit import audit, diff
from roster.calendar import Calendar
from roster.plan import Roster
from roster.problem import (
    CarryOver,
    Demand,
    Employee,
    FixedDuty,
    Grade,
    Leave,
    Problem,
    Request,
    Shift,
    ShiftKind,
    Want,
)
from roster.rule import Level, RuleSet
from roster.stand_ins import StandIns, stand_ins
from roster.what_if import Cells, WhatIf
from roster.why import price, why
from roster.why_report import refused_lines, verdict
from roster.wishes import wish_counts, wish_results

START = date(2026, 12, 7)
SHIFTS = {
    s.code: s
    for s in (
        Shift(code="D", segments=((480, 960),)),
        Shift(code="E", segments=((960, 1440),), kind=ShiftKind.EVENING),
        Shift(code="N", segments=((1320, 1800),), kind=ShiftKind.NIGHT, min_grade=1),
    )
}


def rules(rulebook: str = "web-centre") -> RuleSet:
    """Return a rulebook's rules."""
    return REGISTRY.rule_set(REGISTRY.defaults(REGISTRY.rulebook(rulebook)), rulebook)


def team(grid: dict[str, str], least: dict[str, int], **more: object) -> Roster:
    """Return a roster from rows of letters; all are seniors and leaders, so anybody leads."""
    given = more.pop("people", {})
    days = len(next(iter(grid.values())))
    made = Problem(
        start=START,
        end=START + timedelta(days=days - 1),
        employees=tuple(
            Employee(
                **{"id": i, "grade": Grade.SENIOR, "leader": True, "rotation": False}
                | given.get(i, {})
            )
            for i in grid
        ),
        shifts=tuple(SHIFTS[c] for c in least),
        demand=tuple(Demand(shifts=frozenset({c}), min=n) for c, n in least.items()),
        calendar=Calendar(country=None),
        **more,
    )
    cells = tuple(tuple(None if c == "." else c for c in row) for row in grid.values())
    return Roster(made, cells)


def asked(roster: Roster, rulebook: str = "web-centre") -> WhatIf:
    return WhatIf(roster, rules(rulebook))


def request(who: str, d: int, want: Want, shift: str | None = None, **more: object) -> Request:
    day = START + timedelta(days=d)
    return Request(staff=who, day=day, want=want, shift=shift, **more)


# --- who can step in ---------------------------------------------------------------------


def test_who_is_free_comes_first_then_who_changes_shifts() -> None:
    roster = team(
        {
            "A": "D.DD.",
            "B": "..E..",  # on duty; C can take that E
            "C": ".D...",
            "G": "D..DD",
            "H": "DDDDD",
        },
        {"D": 1, "E": 0},
        leaves=(Leave(staff="G", first=START + timedelta(2), last=START + timedelta(2)),),
    )
    found = stand_ins(asked(roster), 0, 2)
    who = [roster.problem.employees[c.e].id for c in found.candidates]
    assert who == ["C", "B"]
    kinds = {roster.problem.employees[r.e].id: (r.kind, r.rule) for r in found.refused}
    assert kinds == {"G": ("leave", "availability"), "H": ("same", "one_duty")}
    lines = [t.en for t in refused_lines(roster.problem, rules(), found.refused)]
    assert lines == ["1 on that very duty already: H", "1 on leave: G"]


def test_a_free_person_takes_the_duty_of_who_changes() -> None:
    """Nobody free may work nights, so that somebody moves to the night."""
    roster = team(
        {"A": "..N..", "B": "D.E..", "C": "....."},
        {"D": 0, "E": 1, "N": 1},
        people={"C": {"grade": Grade.JUNIOR}},
    )
    found = stand_ins(asked(roster), 0, 2)
    (only,) = found.candidates
    assert (only.e, dict(only.others)) == (1, {2: "E"})
    assert dict(only.change.cells) == {(0, 2): None, (1, 2): "N", (2, 2): "E"}
    assert "C takes that E" in only.reasons[0].en
    assert [(r.e, r.rule) for r in found.refused] == [(2, "eligibility")]


def test_nobody_can_and_what_would_have_to_give_way() -> None:
    roster = team(
        {"A": "..N..", "B": "NN.DD", "C": "....."},
        {"D": 0, "N": 1},
        people={"C": {"grade": Grade.JUNIOR}},
    )
    found = stand_ins(asked(roster), 0, 2)
    assert not found.candidates
    assert found.nearest is not None
    assert found.nearest.against


def test_what_the_absence_itself_breaks_bars_nobody() -> None:
    """The newcomer's mentor is absent: whoever steps in, that stays so."""
    roster = team(
        {"A": "D.D", "B": "..D", "C": "..."},
        {"D": 1},
        people={"B": {"mentor": "A"}, "A": {"min_minutes": 960}},
    )
    found = stand_ins(asked(roster), 0, 2)
    assert {v.rule for v in found.unavoidable} == {"mentoring", "monthly_hours"}
    assert [c.e for c in found.candidates] == [2]


def test_a_wish_decides_between_people_who_are_alike() -> None:
    roster = team(
        {"A": "DD", "B": "..", "C": "..", "F": ".."},
        {"D": 1},
        requests=(request("B", 1, Want.OFF), request("F", 1, Want.SHIFT, "D")),
    )
    found = stand_ins(asked(roster), 0, 1)
    assert [roster.problem.employees[c.e].id for c in found.candidates] == ["F", "C", "B"]
    assert "has wished for it" in [r.en for r in found.candidates[0].reasons]
    scores = [c.score for c in found.candidates]
    assert scores == sorted(scores, reverse=True)


def test_the_price_of_a_stand_in_is_said_of_the_stand_in() -> None:
    """Both would miss a wish; the absent person's own is not counted and not named."""
    roster = team(
        {"A": "D", "B": "."},
        {"D": 1},
        requests=(request("A", 0, Want.SHIFT, "D"), request("B", 0, Want.OFF)),
    )
    (only,) = stand_ins(asked(roster), 0, 0).candidates
    assert only.lost["wishes"] == 5
    assert any("wishes +5 (B: wished off" in r.en for r in only.reasons)


def random_team(rng: random.Random) -> Roster:
    """Return a team with a roster in blocks, leave, wishes and mixed grades."""
    ids, days = "ABCDFG", 9
    grid = {}
    for i in ids:
        row = ""
        while len(row) < days:
            row += rng.choice("DDEN") * rng.randint(1, 3) + "." * rng.randint(1, 3)
        grid[i] = row[:days]
    return team(
        grid,
        {"D": rng.randint(0, 1), "E": rng.randint(0, 1), "N": 1},
        people={
            i: {"grade": Grade(rng.randint(0, 2)), "leader": rng.random() < 0.5} for i in ids
        },
        leaves=(Leave(staff="B", first=START + timedelta(4), last=START + timedelta(5)),),
        requests=tuple(
            request(rng.choice(ids), rng.randrange(days), rng.choice([Want.OFF, Want.NOT]), "N")
            for _ in range(4)
        ),
    )


@pytest.mark.parametrize("seed", range(8))
def test_candidates_keep_every_rule_and_the_refused_do_not(seed: int) -> None:
    rng = random.Random(seed)
    roster = random_team(rng)
    in_force = rules(rng.choice(["web-centre", "telecom", "standard"]))
    before = audit(roster, in_force)

    def breaks(cells: Cells, found: StandIns) -> list:
        news = diff(before, audit(roster.with_changes(cells), in_force)).new
        hard = [v for v in news if v.level is Level.HARD]
        return [v for v in hard if v not in found.unavoidable]

    cells = [(e, d) for e in range(6) for d in range(9) if roster.on(e, d)]
    for e, d in rng.sample(cells, 4):
        found = stand_ins(WhatIf(roster, in_force), e, d)
        assert len(found.candidates) + len(found.refused) == 5

        for c in found.candidates:
            assert c.change.cells[e, d] is None and roster.code(e, d) == c.change.cells[c.e, d]
            assert not breaks(c.change.cells, found)
        for r in found.refused:
            if r.kind != "same":
                assert breaks({(e, d): None, (r.e, d): roster.code(e, d)}, found)


# --- why ---------------------------------------------------------------------------------


def test_what_speaks_for_a_duty_is_what_would_break_without_it() -> None:
    roster = team({"A": "D.D", "B": ".D."}, {"D": 1})
    found = why(asked(roster), 0, 0, seconds=2)
    assert {v.rule for v in found.hard} == {"cover"}
    assert [(s.on_duty, s.row.min) for s in found.seats] == [(1, 1)]
    assert "would break a rule" in verdict(rules(), found).en
    (off,) = found.prices
    assert off.change is not None and off.change.cells[0, 0] is None


def test_it_could_as_well_be_otherwise_is_said() -> None:
    roster = team({"A": "DD..", "B": "DD..", "C": "DD.."}, {"D": 1, "E": 0})
    in_force = rules()
    soft = {r.id for r in in_force if r.level is Level.SOFT}
    silent = RuleSet(tuple(r for r in in_force if r.id not in soft), "web-centre")
    found = why(WhatIf(roster, silent), 0, 0, seconds=1)
    assert found.could_be
    assert verdict(silent, found).en.startswith("0 points: it could as well be")


def test_a_fixed_duty_says_so() -> None:
    fixed = FixedDuty(staff="A", day=START, shift="D")
    roster = team({"A": "D.", "B": "D."}, {"D": 1}, fixed=(fixed,))
    found = why(asked(roster), 0, 0, seconds=1)
    assert "availability" in {v.rule for v in found.hard}
    (off,) = found.prices
    assert off.change is None and off.proven


def test_a_day_off_names_what_every_duty_would_break() -> None:
    week = "DDDDDD."
    roster = team({"A": week, "B": "......."}, {"D": 0, "E": 0})
    found = why(asked(roster), 0, 6, seconds=1)
    assert "weekly_rest" in {v.rule for v in found.hard}
    assert {a.code for a in found.alternatives} == {"D", "E"}
    assert not found.prices and found.others is None


def test_a_refused_wish_for_a_shift_has_its_price() -> None:
    wish = request("A", 1, Want.SHIFT, "E", weight=9)
    roster = team({"A": "D..", "B": ".E.", "C": "..."}, {"D": 0, "E": 1}, requests=(wish,))
    (found,) = why(asked(roster), 0, 1, seconds=3).prices
    assert found.code == "E" and found.change is not None
    assert found.change.cells[0, 1] == "E"


def cheapest(roster: Roster, in_force: RuleSet, e: int, d: int, code: str | None) -> int | None:
    """Return the points of the best roster with a cell so, by looking at all of them."""
    before = audit(roster, in_force)
    codes = (None, *roster.problem.shift_by_code)
    n = roster.problem.n_days
    best = None
    for flat in itertools.product(codes, repeat=n * len(roster.cells)):
        if flat[e * n + d] != code:
            continue
        rows = tuple(flat[i : i + n] for i in range(0, len(flat), n))
        if len(roster.diff(there := Roster(roster.problem, rows))) > 8:
            continue
        after = audit(there, in_force)
        if any(v.level is Level.HARD for v in diff(before, after).new):
            continue
        points = after.points - before.points
        best = points if best is None else min(best, points)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_the_price_is_the_least_there_is(seed: int) -> None:
    """Against every roster of a team so small that all of them can be looked at."""
    rng = random.Random(seed)
    while True:
        grid = {i: "".join(rng.choice("D..E") for _ in range(3)) for i in "AB"}
        wish = request(rng.choice("AB"), rng.randrange(3), Want.OFF, weight=3)
        roster = team(grid, {"D": rng.randint(0, 1), "E": 0}, requests=(wish,))
        if not audit(roster, rules()).hard:
            break
    what_if = asked(roster)
    for e, d in ((0, 0), (1, 1)):
        for code in (None, "D", "E"):
            if code == roster.code(e, d):
                continue
            found = price(what_if, e, d, code, seconds=5)
            least = cheapest(roster, what_if.rules, e, d, code)
            if found.change is None:
                assert found.proven and least is None
                continue
            assert not found.change.breaks
            assert found.change.cost - found.anyway == least
            after = audit(roster.with_changes(found.change.cells), what_if.rules)
            assert after.points - audit(roster, what_if.rules).points == found.change.cost


def test_a_roster_with_shortage_still_has_prices() -> None:
    """The third day is short already: that is no news, and gets no worse."""
    roster = team({"A": "D..D", "B": "...."}, {"D": 1})
    what_if = asked(roster)
    assert what_if.audit.shortage == 2
    found = price(what_if, 0, 0, None, seconds=3)
    assert found.change is not None and found.change.cells[1, 0] == "D"


def test_published_days_stay_as_they_are() -> None:
    roster = team(
        {"A": "D.DD", "B": ".DE."}, {"D": 1, "E": 0}, published_until=START + timedelta(1)
    )
    found = price(asked(roster), 0, 2, None, seconds=3)
    assert (found.first, found.last) == (2, 3)


# --- wishes ------------------------------------------------------------------------------


def test_a_refused_wish_says_what_it_collided_with() -> None:
    roster = team(
        {"A": "DD.", "B": "..D", "C": "E.."},
        {"D": 1, "E": 0},
        requests=(
            request("A", 0, Want.OFF, weight=4),
            request("C", 0, Want.NOT, "E", weight=50),
            request("B", 0, Want.OFF),
        ),
    )
    what_if = asked(roster)
    alone, granted, met = wish_results(what_if)
    assert not alone.met and alone.against.en.startswith("cover: Mon 7 Dec: 0 on duty for D")
    assert not granted.met and granted.change.cost < 0
    assert "it could have been granted" in granted.against.en
    assert met.met and met.change is None and not met.against.en
    counted = {roster.problem.employees[c.e].id: c for c in wish_counts((alone, met), what_if)}
    assert (counted["A"].met, counted["A"].missed) == (0, 1)
    assert (counted["B"].met, counted["B"].total_met) == (1, 1)
    assert "C" not in counted


def test_wishes_of_earlier_months_count_on() -> None:
    roster = team(
        {"A": "D.", "B": ".D"},
        {"D": 1},
        requests=(request("A", 1, Want.OFF),),
        carry_over={"A": CarryOver(wishes_met=2, wishes_missed=3), "B": CarryOver()},
    )
    what_if = asked(roster)
    (a,) = wish_counts(wish_results(what_if), what_if)
    assert (a.met, a.missed, a.total_met, a.total_missed) == (1, 0, 3, 3)


def test_a_dear_wish_says_what_it_would_have_cost() -> None:
    """Below target, not below the minimum: points decide."""
    roster = team({"A": "DD", "B": "DD"}, {"D": 1}, requests=(request("A", 0, Want.OFF),))
    rows = (Demand(shifts=frozenset("D"), min=1, target=2),)
    roster = Roster(dataclasses.replace(roster.problem, demand=rows), roster.cells)
    (wish,) = wish_results(asked(roster))
    assert "cover +100 (Mon 7 Dec: 1 on duty for D, 2 wanted)" in wish.against.en
    assert wish.against.en.endswith("the wish is worth 5")
