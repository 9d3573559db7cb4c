"""The referee of the public instances: what a roster costs, from the two texts alone.

    python benchmarks/score_public.py Instance1.txt Instance1.roster.txt

It shares no line with the program: it reads the instance's text by itself and knows nothing
of the rules, the reader or the audit, so that what they have in common cannot hide from it.
A roster is a text with one line a person, the id and then a field a day, separated by tabs;
a day off is ``-``; lines that begin with ``#`` are comments. Exit code 0 for a roster that
breaks nothing, 6 for one that does, 3 for a text that is no roster of the instance.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

OFF = "-"


class NotARoster(ValueError):
    """The text has other people, days or shifts than the instance."""


@dataclass(frozen=True)
class Score:
    """What the referee found.

    Attributes
    ----------
    under, over, on, off : int
        Points for people too few and too many, and for requests for and against a shift
        that are not met.
    broken : tuple of str
        Each departure from a hard rule, in words.
    """

    under: int
    over: int
    on: int
    off: int
    broken: tuple[str, ...]

    @property
    def cost(self) -> int:
        """All points together."""
        return self.under + self.over + self.on + self.off


def sections(text: str) -> dict[str, list[list[str]]]:
    """Return the fields of each line, by section."""
    out: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("SECTION_"):
            here = out.setdefault(line[len("SECTION_") :], [])
        elif line and line[0] != "#":
            here.append(line.split(","))
    return out


def roster_lines(text: str) -> list[tuple[str, list[str]]]:
    """Return id and days of each line of a roster."""
    rows = [x.split("\t") for x in text.splitlines() if x.strip() and x[0] != "#"]
    return [(row[0], row[1:]) for row in rows]


def score(instance: str, roster: str) -> Score:
    """Score a roster against an instance, both as text.

    Raises
    ------
    NotARoster
    """
    data = sections(instance)
    horizon = int(data["HORIZON"][0][0])
    shifts = {code: (int(length), after) for code, length, after in data["SHIFTS"]}
    staff = {row[0]: row[1:] for row in data["STAFF"]}
    plan = _plan(roster, staff, shifts, horizon)
    broken: list[str] = []
    for name, contract in staff.items():
        broken += (f"{name}: {what}" for what in _of_person(plan[name], contract, shifts))
    for name, *days in data["DAYS_OFF"]:
        for d in map(int, days):
            if plan[name][d] != OFF:
                broken.append(f"{name}: works {plan[name][d]} on day {d}, a day off")

    on = off = under = over = 0
    for name, d, code, weight in data["SHIFT_ON_REQUESTS"]:
        on += int(weight) * (plan[name][int(d)] != code)
    for name, d, code, weight in data["SHIFT_OFF_REQUESTS"]:
        off += int(weight) * (plan[name][int(d)] == code)
    there = Counter((d, code) for days in plan.values() for d, code in enumerate(days))
    for d, code, wanted, if_under, if_over in data["COVER"]:
        more = there[int(d), code] - int(wanted)
        under += int(if_under) * max(0, -more)
        over += int(if_over) * max(0, more)
    return Score(under, over, on, off, tuple(broken))


def _plan(
    roster: str, staff: dict[str, list[str]], shifts: dict[str, tuple], horizon: int
) -> dict[str, list[str]]:
    lines = roster_lines(roster)
    plan = dict(lines)
    wrong = [
        *(f"{name} twice" for name, n in Counter(name for name, _ in lines).items() if n > 1),
        *(f"{name} missing" for name in staff if name not in plan),
        *(f"unknown person {name}" for name in plan if name not in staff),
        *(
            f"{name}: {len(days)} days, not {horizon}"
            for name, days in lines
            if len(days) != horizon
        ),
        *(
            f"{name}: unknown shift {code!r}"
            for name, days in lines
            for code in dict.fromkeys(days)
            if code != OFF and code not in shifts
        ),
    ]
    if wrong:
        raise NotARoster("; ".join(wrong))
    return plan


def _of_person(days: list[str], contract: list[str], shifts: dict[str, tuple]) -> list[str]:
    """Return what one person's row breaks."""
    limits, *numbers = contract
    most, least, longest, shortest, shortest_off, weekends = map(int, numbers)
    out = []
    for d, (first, second) in enumerate(pairwise(days)):
        if first != OFF and second != OFF and second in shifts[first][1].split("|"):
            out.append(f"{second} on day {d + 1} follows {first}")
    for pair in limits.split("|"):
        code, limit = pair.split("=")
        if days.count(code) > int(limit):
            out.append(f"{days.count(code)} of {code}, at most {limit}")
    minutes = sum(shifts[code][0] for code in days if code != OFF)
    if minutes > most:
        out.append(f"{minutes} minutes, at most {most}")
    if minutes < least:
        out.append(f"{minutes} minutes, at least {least}")
    begin = 0
    for works, run in groupby(days, lambda code: code != OFF):
        length = len(list(run))
        edge = begin == 0 or begin + length == len(days)
        if works and length > longest:
            out.append(f"{length} shifts in a row from day {begin}, at most {longest}")
        if works and length < shortest and not edge:
            out.append(f"{length} shifts in a row from day {begin}, at least {shortest}")
        if not works and length < shortest_off and not edge:
            out.append(f"{length} days off in a row from day {begin}, at least {shortest_off}")
        begin += length
    # Day 0 is a Monday.
    worked = sum(any(x != OFF for x in days[d : d + 2]) for d in range(5, len(days), 7))
    if worked > weekends:
        out.append(f"{worked} weekends, at most {weekends}")
    return out


def main() -> int:
    """Score the two files of the command line."""
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    instance, roster = (Path(x).read_text(encoding="utf-8-sig") for x in sys.argv[1:])
    try:
        found = score(instance, roster)
    except NotARoster as error:
        print(error, file=sys.stderr)
        return 3
    print(
        f"cost {found.cost}: under {found.under}, over {found.over}, "
        f"requests for {found.on}, against {found.off}; {len(found.broken)} hard rules broken"
    )
    for what in found.broken:
        print(f"  {what}")
    return 6 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
