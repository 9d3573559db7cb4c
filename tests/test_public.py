"""The measuring stand of the public instances: its reader, its referee, and that both agree."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from instances import parse_instance, rules_in_force  # noqa: E402
from public import disagreements, totals, write_roster  # noqa: E402
from score_public import NotARoster, score  # noqa: E402

from roster.audit import audit  # noqa: E402
from roster.errors import InputError  # noqa: E402
from roster.outcome import SolveStatus  # noqa: E402
from roster.plan import Roster  # noqa: E402
from roster.rule import Level  # noqa: E402
from roster.solve import solve  # noqa: E402

ALONE = """\
# one person, eight days
SECTION_HORIZON
8
SECTION_SHIFTS
E,480,
L,600,E
SECTION_STAFF
A,E=5|L=2,2600,1200,3,2,2,1
SECTION_DAYS_OFF
A,4
SECTION_SHIFT_ON_REQUESTS
A,0,L,3
A,6,E,2
SECTION_SHIFT_OFF_REQUESTS
A,1,E,4
A,1,L,1
SECTION_COVER
0,E,1,10,1
2,E,1,10,2
2,L,0,10,7
3,L,1,5,1
7,L,2,5,1
"""
PAIR = """\
SECTION_HORIZON
4
SECTION_SHIFTS
E,480,
L,480,E
SECTION_STAFF
A,E=4|L=0,1920,480,3,1,2,0
B,E=1|L=4,1440,960,3,2,1,1
SECTION_DAYS_OFF
B,3
SECTION_SHIFT_ON_REQUESTS
A,1,E,6
SECTION_SHIFT_OFF_REQUESTS
A,2,E,9
B,0,L,2
SECTION_COVER
0,E,1,8,1
0,L,1,8,1
1,E,2,8,1
1,L,0,8,3
2,E,0,8,1
2,L,1,8,1
3,E,2,8,1
3,L,0,8,1
"""
FORTNIGHT = """\
SECTION_HORIZON
14
SECTION_SHIFTS
E,480,
L,480,E
SECTION_STAFF
A,E=14|L=6,4320,1440,5,2,2,1
B,E=14|L=14,3360,960,4,1,2,1
C,E=0|L=14,4320,1440,6,3,3,2
D,E=14|L=14,3840,1440,5,2,1,2
SECTION_DAYS_OFF
A,3
B,1,8
SECTION_SHIFT_ON_REQUESTS
SECTION_SHIFT_OFF_REQUESTS
D,5,L,2
SECTION_COVER
5,E,2,100,1
6,L,1,100,1
"""


def as_text(problem, cells) -> str:
    """Return a roster as the referee reads it."""
    return "\n".join(
        "\t".join((p.id, *(c or "-" for c in row))) for p, row in zip(problem.employees, cells)
    )


def cells_of(problem, rows: str) -> tuple:
    """Return cells from rows of letters, a point for a day off."""
    return tuple(tuple(None if c == "." else c for c in row) for row in rows.split())


@pytest.mark.parametrize("text", [ALONE, PAIR])
def test_every_roster_costs_the_same_to_referee_and_audit_and_the_search_finds_the_least(text):
    problem, rules = parse_instance(text, "tiny"), rules_in_force()
    n, codes = problem.n_days, (None, *problem.shift_by_code)
    kept = []
    for flat in itertools.product(codes, repeat=n * len(problem.employees)):
        cells = tuple(flat[i : i + n] for i in range(0, len(flat), n))
        ours, theirs = (
            audit(Roster(problem, cells), rules),
            score(text, as_text(problem, cells)),
        )
        assert ours.points == theirs.cost, cells
        assert bool(ours.hard) == bool(theirs.broken), cells
        if not theirs.broken:
            kept.append(theirs.cost)
    assert len(kept) > 10
    outcome, _ = solve(problem, rules, seconds=20, workers=2)
    assert outcome.status is SolveStatus.OPTIMAL
    assert outcome.objective == outcome.bound == min(kept)
    assert not disagreements(text, as_text(problem, outcome.roster.cells), outcome.objective)


def test_referee_and_audit_find_the_same_people_at_fault():
    """Stretches of work and rest that break something in about half of the rows."""
    problem, rules = parse_instance(FORTNIGHT, "tiny"), rules_in_force()
    rng = random.Random(7)
    seen = {True: 0, False: 0}
    for _ in range(400):
        cells = []
        for person in problem.employees:
            row: list[str | None] = []
            while len(row) < problem.n_days:
                code = rng.choice([c for c, most in person.shift_limits.items() if most])
                row += [code] * rng.choice((1, 2, 3, 4, 4, 5)) + [None] * rng.choice((2, 3, 3))
            shift = rng.randrange(3)
            cells.append(tuple(row[shift:][: problem.n_days] + row[:shift])[: problem.n_days])
        ours = audit(Roster(problem, tuple(cells)), rules)
        theirs = score(FORTNIGHT, as_text(problem, cells))
        assert {w for v in ours.hard for w in v.who} == {b.split(":")[0] for b in theirs.broken}
        assert ours.points == theirs.cost
        for p in problem.employees:
            seen[any(b.startswith(f"{p.id}:") for b in theirs.broken)] += 1
    assert min(seen.values()) > 300


ONE = """\
SECTION_HORIZON
11
SECTION_SHIFTS
E,480,
L,480,E
SECTION_STAFF
A,E=11|L=2,3360,1440,4,2,2,1
SECTION_DAYS_OFF
A,3,10
SECTION_SHIFT_ON_REQUESTS
A,0,E,5
SECTION_SHIFT_OFF_REQUESTS
A,0,L,7
SECTION_COVER
1,E,2,10,3
2,E,0,10,3
"""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("EEE..EEEE..", []),
        ("E....EEEE..", []),  # a single shift at the edge is not short
        (".EE..EEE...", []),  # nor is a single day off
        ("....EEEE..L", ["works L on day 10, a day off"]),
        ("LEE..EEEE..", ["E on day 1 follows L"]),
        ("LLL..EEEE..", ["3 of L, at most 2"]),
        (
            "EEE..EEEEE.",
            ["3840 minutes, at most 3360", "5 shifts in a row from day 5, at most 4"],
        ),
        (".....EE....", ["960 minutes, at least 1440"]),
        ("E....E..EE.", ["1 shifts in a row from day 5, at least 2"]),
        ("EEE.EEEE...", ["1 days off in a row from day 3, at least 2"]),
        ("EEEEEE..EE.", None),
    ],
)
def test_the_referee_catches_each_kind(row, said):
    found = score(ONE, "\t".join(("A", *row.replace(".", "-"))))
    whats = [b.removeprefix("A: ") for b in found.broken]
    if said is None:
        assert len(whats) == 3, whats  # too long, too many minutes, a day off worked
    else:
        assert whats == said
    # The audit says as much.
    problem = parse_instance(ONE, "one")
    assert bool(audit(Roster(problem, cells_of(problem, row)), rules_in_force()).hard) == bool(
        whats
    )


def test_weekends_and_points_of_the_referee():
    row = "\t".join(("A", *"LEE--EEEE--"))
    found = score(ONE.replace("2,2,1\n", "2,2,0\n"), row)
    assert "A: 1 weekends, at most 0" in found.broken
    # One of two on day 1, one too many on day 2, L for the E asked for and the L unwanted.
    assert (found.under, found.over, found.on, found.off) == (10, 3, 5, 7)
    assert found.cost == 25


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ("B\t-", "A missing"),
        ("A\t-\nA\t-", "A twice"),
        ("A\tE\tE", "A: 2 days, not 11"),
        ("A" + "\tX" * 11, "A: unknown shift 'X'"),
    ],
)
def test_what_is_no_roster_is_not_scored(roster, said):
    with pytest.raises(NotARoster, match=said):
        score(ONE, roster)
    assert disagreements(ONE, roster, 0)


def test_a_disagreement_is_told(tmp_path):
    problem = parse_instance(ONE, "one")
    roster = Roster(problem, cells_of(problem, "EEE..EEEE.."))
    write_roster(tmp_path / "r.txt", roster, "cost 13")
    text = (tmp_path / "r.txt").read_text(encoding="utf-8")
    assert disagreements(ONE, text, 13) == []
    assert disagreements(ONE, text, 12) == ["referee 13 points, audit 12 points"]


def test_all_that_the_instances_do_not_know_is_off():
    on = {r.id: r.level for r in rules_in_force() if r.level is not Level.OFF}
    assert len(on) == 11
    assert on["min_consecutive_days"] is on["min_consecutive_days_off"] is Level.HARD


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("SECTION_COVER", "", "tiny: section missing, expected SECTION_COVER"),
        ("SECTION_COVER", "SECTION_COVERS", "tiny:17: unknown section, found SECTION_COVERS"),
        ("SECTION_DAYS_OFF", "SECTION_STAFF", "tiny:9: section given twice"),
        ("# one person", "one person", "tiny:1: line before the first section"),
        ("\n8\n", "\neight\n", "tiny:3: days: wrong number, found eight, expected a whole"),
        ("\n8\n", "\n", "tiny: horizon: one line with the days"),
        ("L,600,E", "L,600", "tiny:6: wrong number of fields, found L,600"),
        ("L,600,E", "L,0,E", "tiny:6: minutes: wrong number, found 0"),
        ("L,600,E", "E,600,L", "tiny:6: shift given twice, found E"),
        ("L,600,E", "L,600,N", "tiny:6: unknown shift, found N"),
        ("L=2", "N=2", "tiny:8: unknown shift, found N"),
        ("L=2", "L", "tiny:8: most of a shift, found L, expected shift=number"),
        ("2600", "-1", "tiny:8: most minutes: wrong number, found -1"),
        ("3,2,2,1", "3,2,2", "tiny:8: wrong number of fields"),
        ("A,4", "B,4", "tiny:10: unknown employee, found B"),
        ("A,4", "A,8", "tiny:10: day: wrong number, found 8, expected a whole number, 0 to 7"),
        ("A,0,L,3", "A,0,L", "tiny:12: wrong number of fields"),
        ("A,6,E,2", "A,6,E,two", "tiny:13: weight: wrong number, found two"),
        ("0,E,1,10,1", "2,E,1,10,1", "tiny:19: day and shift given twice, found 2,E"),
        ("0,E,1,10,1", "0,E,1.5,10,1", "tiny:18: people: wrong number, found 1.5"),
    ],
)
def test_faults_of_an_instance_name_their_line(old, new, said):
    assert old in ALONE
    with pytest.raises(InputError) as caught:
        parse_instance(ALONE.replace(old, new, 1), "tiny")
    lines = [i.line("en") for i in caught.value.issues]
    assert any(line.startswith(said) for line in lines), lines


def test_minus_nought_people_are_nobody():
    """Instance 15 has it so."""
    asked = parse_instance(ALONE.replace("0,E,1,10,1", "0,E,-0,10,1", 1), "tiny").demand
    assert next(iter(asked)).target == 0


def test_all_faults_are_told_at_once_in_the_order_of_the_lines():
    text = (
        ALONE.replace("L,600,E", "L,long,E").replace("A,4", "Z,4").replace("0,E,1,", "0,X,1,")
    )
    with pytest.raises(InputError) as caught:
        parse_instance(text, "tiny")
    assert [i.sheet for i in caught.value.issues] == ["tiny:6", "tiny:10", "tiny:18"]


def test_totals_compare_like_with_like():
    published = {
        1: {"instance": 1, "best_known": 100, "a": 100, "b": None},
        2: {"instance": 2, "best_known": 200, "a": 190, "b": 230},
        20: {"instance": 20, "best_known": 10, "a": 1, "b": 1},
    }
    results = [
        {"instance": 1, "cost": 101, "status": "optimal"},
        {"instance": 2, "cost": 210, "status": "feasible"},
        {"instance": 3, "cost": None, "status": "nothing found"},
        {"instance": 20, "cost": 99, "status": "optimal"},
    ]
    found = totals(results, published)
    assert (found["instances"], found["solved"], found["proven"]) == (3, 2, 1)
    assert found["mean_gap"] == pytest.approx(3.0) and found["worst_gap"] == pytest.approx(5.0)
    assert found["worst_instance"] == 2
    assert found["against"]["a"]["ours"] == 311 and found["against"]["a"]["theirs"] == 290
    assert found["against"]["b"] == {
        "instances": 1,
        "ours": 210,
        "theirs": 230,
        "better": 1,
        "equal": 0,
        "worse": 0,
    }


def stand(folder: Path, *options: str) -> subprocess.CompletedProcess:
    """Run the program as people do."""
    command = [sys.executable, str(BENCHMARKS / "public.py"), str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_the_program_from_end_to_end(tmp_path):
    (tmp_path / "Instance1.txt").write_text(PAIR, encoding="utf-8")
    out = tmp_path / "out"
    options = ("--time", "5", "--workers", "2", "-o", str(out))
    first = stand(tmp_path, *options, "--json")
    assert first.returncode == 0, first.stderr
    (found,) = json.loads(first.stdout)["instances"]
    assert found["status"] == "optimal" and found["cost"] == found["bound"]
    text = (out / "Instance1.roster.txt").read_text(encoding="utf-8")
    assert score(PAIR, text).cost == found["cost"]
    # What stands there is shown again, beside what is published, and contradictions end it.
    (tmp_path / "best_known.csv").write_text(
        "instance,days,staff,shifts,lower_bound,best_known,someone_10min\n"
        f"1,4,2,2,{found['cost'] - 1},{found['cost'] - 1},{found['cost'] + 4}\n",
        encoding="utf-8",
    )
    again = stand(tmp_path, *options)
    assert again.returncode == 70
    assert f"bound {found['bound']} above the best known cost" in again.stderr
    assert "someone 10min" in again.stdout and "*" in again.stdout
    (tmp_path / "Instance1.txt").write_text(PAIR.replace("L,480,E", "L"), encoding="utf-8")
    assert stand(tmp_path).returncode == 3
    assert stand(tmp_path, "--only", "2").returncode == 2
