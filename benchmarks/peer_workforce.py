"""The month for pyworkforce's rostering (`MinHoursRoster`), as far as it can say it.

    python peer_workforce.py MONTH.json OUT.json --until SECONDS

Runs where the package ``pyworkforce`` is installed and needs nothing of the project. It knows
shifts, people required for each shift and day, bans, and shifts that may not follow one
another; the fewest hours are its objective. Jobs, grades and skills are said by splitting a
shift: the early shift has positions for a senior, for English and for anybody, each with its
own requirement and open to whom its Demand row counts. Fixed duties are positions of their own.
The requirement is the target; where that finds nothing in half of the time, the min.

A shift that may not be followed by one other is followed by none at all in it (the clause sums
every shift of the next day), and one that may not be followed by two is never worked; so a
night is said as "then a day off", and that an early duty may not follow a late one cannot be
said. It sets the solver's workers where the solver does not look, so the solver's default is
in force, a worker for each core.
"""

import argparse
import json
import time
from pathlib import Path

from ortools.sat.python import cp_model
from pyworkforce.rostering import MinHoursRoster, binary_programming

OFF = "-"


def positions(month: dict, asked: str) -> tuple[dict, dict]:
    """Return what each position requires by day, and who may hold it on which days.

    Parameters
    ----------
    month : dict
    asked : str
        ``target`` or ``min``.
    """
    days, everybody = month["days"], range(len(month["cells"]))
    required: dict[tuple, list[int]] = {}
    people: dict[tuple, set[int]] = {}
    for d in range(days):
        rows: dict[str, list[tuple[set[int], int]]] = {}
        for row in month["cover"]:
            if row["day"] == d and row["short"]:
                code = row["named"][0]
                who = set(row["counts"][code])
                rows.setdefault(code, []).append((who, max(row["min"], row[asked] or 0)))
        for code, asking in rows.items():
            asking.sort(key=lambda x: len(x[0]))
            given: list[tuple[set[int], int]] = []
            for who, wanted in asking:
                # What narrower rows ask for counts for the wider ones too.
                inside = sum(n for others, n in given if others <= who)
                rest = max(0, wanted - inside)
                given.append((who, rest))
                key = code, tuple(sorted(who))
                required.setdefault(key, [0] * days)[d] = rest
                people[key] = who
        for e in everybody:
            if len(month["cells"][e][d]) == 1 and month["cells"][e][d] != [OFF]:
                key = month["cells"][e][d][0], "fixed"
                required.setdefault(key, [0] * days)[d] += 1
    fixed = {
        (e, d)
        for e in everybody
        for d in range(days)
        if len(month["cells"][e][d]) == 1 and month["cells"][e][d] != [OFF]
    }
    barred = {(a, b) for a, b in month["barred"]}
    open_to = {
        key: {
            (e, d)
            for e in everybody
            for d in range(days)
            if key[0] in month["cells"][e][d]
            and (key[1] == "fixed") == ((e, d) in fixed)
            and (key[1] == "fixed" or e in people[key])
            and not (d == 0 and (month["past"][e][-1], key[0]) in barred)
        }
        for key in required
    }
    return required, open_to


def nights(month: dict) -> set[str]:
    """Return the codes that only a day off, or another of them, may follow."""
    codes = set(month["codes"][1:])
    after = {a: {b for x, b in month["barred"] if x == a} for a in codes}
    return {a for a in codes if after[a] == codes - {a}}


def search(month: dict, asked: str, until: float) -> dict:
    """Return pyworkforce's answer."""
    required, open_to = positions(month, asked)
    names = {key: f"{key[0]} {n}" for n, key in enumerate(required)}
    people = [f"P{e}" for e in range(len(month["cells"]))]
    by_night = [name for key, name in names.items() if key[0] in nights(month)]

    class Limited(cp_model.CpSolver):
        """The solver, with what is left of the time when it begins."""

        def Solve(self, model: cp_model.CpModel) -> object:
            self.parameters.max_time_in_seconds = max(0.1, until - time.time())
            return self.solve(model)

    binary_programming.cp_model.CpSolver = Limited
    return MinHoursRoster(
        num_days=month["days"],
        resources=people,
        shifts=list(names.values()),
        shifts_hours=[8] * len(names),
        min_working_hours=0,
        max_resting=month["days"],
        banned_shifts=[
            {"resource": people[e], "shift": name, "day": d}
            for key, name in names.items()
            for e in range(len(people))
            for d in range(month["days"])
            if (e, d) not in open_to[key]
        ],
        required_resources={names[key]: by_day for key, by_day in required.items()},
        non_sequential_shifts=[{"origin": x, "destination": x} for x in by_night],
    ).solve()


def main() -> None:
    """Read the month, search until the time is up, write the roster."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("month", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--until", type=float, required=True, help="seconds since 1970")
    options = parser.parse_args()
    month = json.loads(options.month.read_text())
    half = (time.time() + options.until) / 2
    answer, seen = {}, []
    for asked, until in (("target", half), ("min", options.until)):
        found = search(month, asked, until)
        seen.append(f"{asked} {found['status'].lower()}")
        if found["cost"] >= 0:
            rows = [[OFF] * month["days"] for _ in month["cells"]]
            for duty in found["resource_shifts"]:
                code = duty["shift"].partition(" ")[0]
                rows[int(duty["resource"][1:])][duty["day"]] = code
            answer["rows"] = rows
            break
    options.out.write_text(json.dumps({**answer, "status": "; ".join(seen)}))


if __name__ == "__main__":
    main()
