"""A month in plain numbers, as a user would type it into another tool.

What other tools know are cells, codes, sums and costs; which code may stand in which cell, what
each person's hours lie between and whose share of the nights is what is worked out here, from
the input alone, in the same way for every peer. `SAID` names the rules that can be put so; a
month with any other rule in force can still be typed, without that rule, and with a setting of
these rules that has no place here not at all (`CannotSay`).

This is a second statement of the rules, made for comparison only. That it is a fair one is
for the checkers to say: the tests lay rosters into it and compare its costs with the audit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from constraints.fairness._shares import bounds
from constraints.time.monthly_hours import paid_leave
from constraints.time.protection import night_minutes, protected_days
from roster.duties import tasks_on
from roster.plan import Roster
from roster.problem import DAY_MINUTES, LEAD, SHIFT_LEAD, Grade, Problem
from roster.rule import Level, Rule, RuleSet

OFF = "-"
PAST = 8
"""Days before the horizon that are typed; no limit of the telecom month looks further."""

CELLS = frozenset({"eligibility", "availability", "daily_hours", "protection", "helping_out"})
FOLLOWING = frozenset(
    {
        "one_duty",
        "rest_between_shifts",
        "successions",
        "rest_after_nights",
        "shift_blocks",
        "forward_rotation",
    }
)
RUNS = frozenset(
    {
        "max_consecutive_days",
        "max_consecutive_nights",
        "min_consecutive_days",
        "min_consecutive_days_off",
        "single_day_on",
        "single_day_off",
    }
)
SUMS = frozenset(
    {
        "monthly_hours",
        "hours_system",
        "weekly_rest",
        "shift_limits",
        "max_weekends",
        "fair_nights",
        "fair_weekends",
        "fair_holidays",
        "fair_hours",
        "fair_shifts",
    }
)
COVER = frozenset({"cover", "night_cover", "shift_lead", "duties"})
LEADS = frozenset({"lead_rotation", "lead_presence", "lead_handover"})
SAID = CELLS | FOLLOWING | RUNS | SUMS | COVER | LEADS | {"mentoring", "wishes"}
"""Rules that these numbers hold."""


class CannotSay(Exception):
    """A setting of a rule has no place in these numbers."""


def given(problem: Problem, rules: RuleSet, said: frozenset[str]) -> RuleSet:
    """Return the rule set with every rule off that is not said, but those that ask nothing."""
    return RuleSet(
        tuple(
            r if r.id in said or _void(problem, r) else replace(r, level=Level.OFF)
            for r in rules
            if not r.judges
        ),
        rules.rulebook,
        rules.overrides,
    )


def left_out(problem: Problem, rules: RuleSet, said: frozenset[str]) -> tuple[str, ...]:
    """Return the rules in force that are not said."""
    return tuple(r.id for r in rules.enforced if r.id not in said and not _void(problem, r))


def _void(problem: Problem, rule: Rule) -> bool:
    """Tell whether a rule asks nothing of this team."""
    if rule.id.startswith("committee"):
        return not problem.posts
    own = (getattr(p, limit) for p in problem.employees for limit in rule.personal)
    return rule.void and not any(limit is not None for limit in own)


# --- the whole month --------------------------------------------------------------------------


def typed(problem: Problem, rules: RuleSet) -> dict[str, Any]:
    """Return the month under those of the rules that are in `SAID`.

    Returns
    -------
    dict
        Ready for JSON. People and days are numbers from 0, days before the horizon are below
        0. ``cells[e][d]`` are the codes that may stand there, `OFF` for none. ``barred`` and
        ``charged`` are pairs of codes on neighbouring days. ``runs`` bound the days in a row
        with one of some codes. ``alone`` charges a single day on, or off, between days of the
        other sort; the first entry of each list is the day before the horizon. ``sums``
        bound what codes are worth over some days (or count groups of days with any of the
        codes): hard `least` and `most`, and charges of so many points for each `per` above
        (sign 1) or below (sign -1) a limit. ``cover`` counts people by day; its `short` rows
        are shortage where they lack, the others hard, and `named` are the codes that the Demand
    sheet names, not those that count as one of them. ``led`` are codes that stand on a day
        only beside one of some people; ``pairs`` people who stand only beside another.

    Raises
    ------
    CannotSay
    """
    on = {r.id: r for r in rules.enforced if r.id in SAID}
    for rule in on.values():
        if (rule.level is Level.SOFT) != (type(rule)().level is Level.SOFT):
            raise CannotSay(f"{rule.id} {rule.level.value}")
    if any(problem.helps_with):
        raise CannotSay("people who help out")
    month = _Month(problem, on)
    return {
        "days": problem.n_days,
        "past": [
            [problem.history_by_cell.get((e, d)) or OFF for d in range(-PAST, 0)]
            for e in month.everybody
        ],
        "codes": [OFF, *month.codes],
        "cells": month.cells(),
        "barred": [list(pair) for pair in sorted(set(month.barred()))],
        "charged": sorted(month.charged()),
        "runs": list(month.runs()),
        "alone": {"on": month.alone_on(), "off": month.alone_off()},
        "sums": [*month.sums(), *month.shares(), *month.lead_sums()],
        "cover": list(month.cover()),
        "led": list(month.led()),
        "pairs": list(month.pairs()),
        "wishes": list(month.wishes()),
    }


def roster_of(problem: Problem, rows: Sequence[Sequence[str]]) -> Roster:
    """Return what another tool answered as a roster."""
    return Roster(problem, tuple(tuple(None if c == OFF else c for c in row) for row in rows))


class _Month:
    """What is in the numbers, part by part; `on` are the rules in force by id."""

    def __init__(self, problem: Problem, on: dict[str, Rule]) -> None:
        self.problem, self.on = problem, on
        self.codes = [s.code for s in problem.shifts]
        self.everybody = range(len(problem.employees))
        self.paid = {s.code: s.paid_minutes for s in problem.shifts}
        self.nights = sorted(problem.night_codes)

    # --- cells ------------------------------------------------------------------------------

    def cells(self) -> list[list[list[str]]]:
        """Return the codes that may stand in each cell."""
        p, on = self.problem, self.on
        longest = max(self.paid.values())
        if "daily_hours" in on:
            longest = 60 * (on["daily_hours"].normal + on["daily_hours"].overtime)
        out = []
        for e in self.everybody:
            row = []
            for d in range(p.n_days):
                codes = {OFF}
                if p.available(e, d) or "availability" not in on:
                    codes |= {
                        c
                        for c in self._fitting(e)
                        if self.paid[c] <= longest and not self._protected(e, d, c)
                    }
                if (e, d) in p.fixed_by_cell and "availability" in on:
                    codes = {p.fixed_by_cell[e, d].shift or OFF}
                row.append(codes)
            out.append(row)
        for e, d, there in self._lead_cells():
            out[e][d] &= there
        return [[sorted(codes) for codes in row] for row in out]

    def _fitting(self, e: int) -> Iterable[str]:
        return self.problem.fitting_codes[e] if "eligibility" in self.on else self.codes

    def _protected(self, e: int, d: int, code: str) -> bool:
        person, shift = self.problem.employees[e], self.problem.shift_by_code[code]
        if person.protection is None or "protection" not in self.on:
            return False
        by_night = any(
            minutes and person.protected_on(self.problem.date_of(d + later))
            for later, minutes in night_minutes(shift).items()
        )
        here = person.protected_on(self.problem.date_of(d))
        return by_night or (here and shift.paid_minutes > 480)

    def _lead_cells(self) -> Iterator[tuple[int, int, set[str]]]:
        """Yield what the weekly leads may work on the workdays of their week."""
        p, shifts = self.problem, self.problem.shifts
        if "lead_presence" in self.on:
            rule = self.on["lead_presence"]
            for week, workdays in rule._weeks(p):
                wanted = rule._required(p, week.lead)
                spanning = {s.code for s in shifts if all(map(s.spans, wanted))}
                for d in workdays:
                    yield week.lead, d, spanning | {OFF}
        if "lead_handover" in self.on:
            rule = self.on["lead_handover"]
            there = {s.code for s in shifts if s.spans(rule.time[0])}
            for week, people in rule._weeks(p):
                for e in people if all(rule._open(p, e) for e in people) else ():
                    yield e, week.handover, there

    # --- what follows what --------------------------------------------------------------------

    def barred(self) -> Iterator[tuple[str, str]]:
        """Yield codes that may not follow one another on the next day."""
        for a in self.problem.shifts:
            for b in self.problem.shifts:
                rest = b.start + DAY_MINUTES - a.end
                if "rest_between_shifts" in self.on:
                    least = self.on["rest_between_shifts"].min_minutes
                    if rest + DAY_MINUTES < least:
                        raise CannotSay("rest over a day off")
                    if rest < least:
                        yield a.code, b.code
                if "one_duty" in self.on and rest < 0:
                    yield a.code, b.code
                if "successions" in self.on and b.code in a.not_before:
                    yield a.code, b.code
                if "rest_after_nights" in self.on and a.is_night and not b.is_night:
                    if self.on["rest_after_nights"].days_off > 1:
                        raise CannotSay("two days off after nights")
                    yield a.code, b.code

    def charged(self) -> Iterator[tuple[str, str, int]]:
        """Yield codes that cost points when they follow one another on the next day."""
        for a in self.problem.shifts:
            for b in self.problem.shifts:
                points = 0
                if "shift_blocks" in self.on and a.kind is not b.kind:
                    points += self.on["shift_blocks"].weight
                if "forward_rotation" in self.on and b.start < a.start:
                    points += self.on["forward_rotation"].weight
                if points:
                    yield a.code, b.code, points

    def runs(self) -> Iterator[dict]:
        """Yield the most days in a row of each person."""
        for e, person in enumerate(self.problem.employees):
            if "max_consecutive_days" in self.on:
                most = person.max_consecutive_days or self.on["max_consecutive_days"].days
                if most >= PAST:
                    raise CannotSay("runs longer than the past that is typed")
                yield {"who": e, "codes": self.codes, "most": most}
            if "max_consecutive_nights" in self.on and self.nights:
                most = self.on["max_consecutive_nights"].nights
                yield {"who": e, "codes": self.nights, "most": most}

    def _short(self, rule_id: str, e: int) -> int:
        """Return the points of a run of one day."""
        rule = self.on.get(rule_id)
        if rule is None:
            return 0
        fewest = getattr(self.problem.employees[e], rule_id) or rule.days
        if fewest > 2:
            raise CannotSay(f"{rule_id} {fewest}")
        return rule.weight * (fewest - 1)

    def alone_on(self) -> list[list[int]]:
        """Return the points of a single duty, from the day before the horizon on."""
        p, out = self.problem, []
        for e in self.everybody:
            points = self._short("min_consecutive_days", e)
            if "single_day_on" in self.on:
                points += self.on["single_day_on"].weight
            known = range(p.first_known[e] + 1, p.last_known[e])
            out.append([points * (d in known) for d in range(-1, p.n_days - 1)])
        return out

    def alone_off(self) -> list[list[int]]:
        """Return the points of a single day off; one of leave was asked for."""
        p, out = self.problem, []
        for e in self.everybody:
            short = self._short("min_consecutive_days_off", e)
            single = self.on["single_day_off"].weight if "single_day_off" in self.on else 0
            known = range(p.first_known[e] + 1, p.last_known[e])
            out.append(
                [
                    short * (d in known) + single * (p.leave_on(e, d) is None)
                    for d in range(-1, p.n_days - 1)
                ]
            )
        return out

    # --- sums ---------------------------------------------------------------------------------

    def _sum(self, e: int, worth: dict[str, int], days: Iterable[int], **more: Any) -> dict:
        made = {"who": e, "worth": worth, "groups": [[d] for d in days]}
        return {**made, "least": None, "most": None, "per": 1, "charges": [], **more}

    def _ones(self, codes: Iterable[str]) -> dict[str, int]:
        return dict.fromkeys(codes, 1)

    def sums(self) -> Iterator[dict]:
        """Yield the hard sums of each person."""
        p, on, every = self.problem, self.on, range(self.problem.n_days)
        for e, person in enumerate(p.employees):
            if "monthly_hours" in on:
                least = most = None
                if person.min_minutes is not None:
                    least = p.scaled(person.min_minutes, e, up=True) - paid_leave(p, e)
                if person.max_minutes is not None:
                    most = p.scaled(person.max_minutes, e)
                yield self._sum(e, self.paid, every, least=least, most=most)
            if "hours_system" in on:
                if on["hours_system"].system != "comprehensive":
                    raise CannotSay("hours by the week")
                yield self._sum(e, self.paid, every, most=on["hours_system"]._cap(p, e))
            days = protected_days(p, e)
            if "protection" in on and days:
                most = p.scaled(480 * len(p.workdays), e, len(days))
                yield self._sum(e, self.paid, days, most=most)
            if "weekly_rest" in on:
                for window in on["weekly_rest"]._windows(p):
                    if window[0] < -PAST:
                        raise CannotSay("a week before the past that is typed")
                    most = len(window) - on["weekly_rest"].days_off
                    yield self._sum(e, self._ones(self.codes), window, most=most)
            if "shift_limits" in on:
                for code, most in person.shift_limits.items():
                    yield self._sum(e, self._ones([code]), every, most=most)
            if "max_weekends" in on:
                most = on["max_weekends"]._limit(person.max_weekends)
                weekends = list(p.weekends) if most is not None else []
                yield self._sum(e, self._ones(self.codes), (), most=most, groups=weekends)

    def shares(self) -> Iterator[dict]:
        """Yield each person's fair shares: what is away from them costs more and more."""
        p, on, every = self.problem, self.on, range(self.problem.n_days)
        single = [[d] for d in every]
        others = [[d] for d in p.holidays if d not in p.spring_festival]
        festival = [[d] for d in p.spring_festival]
        asked = []
        if "fair_nights" in on:
            rule = on["fair_nights"]
            asked.append((rule, rule._shares(p), self.nights, lambda e: single))
        if "fair_weekends" in on:
            rule = on["fair_weekends"]
            asked.append((rule, rule._shares(p), self.codes, p.weekends_of))
        if "fair_holidays" in on:
            rule = on["fair_holidays"]
            asked.append((rule, rule._shares(p), self.codes, lambda e: others))
            asked.append((rule, rule._festival_shares(p), self.codes, lambda e: festival))
        if "fair_shifts" in on:
            rule = on["fair_shifts"]
            codes = sorted(rule._codes(p))
            asked.append((rule, rule._shares(p), codes, lambda e: single))
        for rule, shares, codes, groups in asked:
            for e in self.everybody:
                if shares[e] is not None and groups(e):
                    charges = _away(*bounds(shares[e]), 1, 3, rule.weight)
                    yield self._sum(
                        e, self._ones(codes), (), groups=list(groups(e)), charges=charges
                    )
        if "fair_hours" in on:
            rule = on["fair_hours"]
            for e, share in enumerate(rule._shares(p)):
                if share is not None:
                    charges = _away(*rule._range(share), 480, 2, rule.weight)
                    yield self._sum(e, self.paid, every, charges=charges, per=60)

    def lead_sums(self) -> Iterator[dict]:
        """Yield the workdays on which weekly leads are there."""
        if "lead_presence" not in self.on:
            return
        p, rule, every = self.problem, self.on["lead_presence"], self._ones(self.codes)
        for week, workdays in rule._weeks(p):
            e = week.lead
            excused = rule._excused(p, week, workdays)
            present = sum(p.available(e, d) for d in workdays)
            least = min(rule.min_days, present + excused) - excused
            yield self._sum(e, every, workdays, least=least)
        for week, _, days in rule._ahead(p):
            charges = [[1, len(days) - 1, 1000]]
            yield self._sum(week.lead, every, days, charges=charges)

    # --- days ---------------------------------------------------------------------------------

    def _row(self, d: int, counts: dict[str, list[int]], least: int, **more: Any) -> dict:
        row = {"day": d, "counts": counts, "min": least, "short": False}
        return {**row, "target": None, "max": None, "under": 0, "over": 0, **more}

    def cover(self) -> Iterator[dict]:
        """Yield how many people each day asks for."""
        p, on = self.problem, self.on
        seniors = [e for e, x in enumerate(p.employees) if x.grade is Grade.SENIOR]
        leads = [e for e, x in enumerate(p.employees) if x.leads_shifts]
        for d in range(p.n_days):
            for row in p.demand_on[d] if "cover" in on else ():
                counting = p.counting(row)
                under, over = on["cover"]._weights(row)
                yield self._row(
                    d,
                    {c: [e for e in self.everybody if c in counting[e]] for c in self.codes},
                    row.min,
                    short=True,
                    named=sorted(row.shifts),
                    target=row.target,
                    max=row.max,
                    under=under,
                    over=over,
                )
            if "night_cover" in on and self.nights:
                rule = on["night_cover"]
                for least, people in ((rule.people, self.everybody), (rule.senior, seniors)):
                    yield self._row(d, {c: list(people) for c in self.nights}, least)
        for d, _, task in tasks_on(p) if "duties" in on else ():
            if task.post not in ("", SHIFT_LEAD):
                raise CannotSay("tasks of a post" if task.post != LEAD else "the lead's tasks")
            codes = p.codes_for(task.shifts) if task.shifts else frozenset(self.codes)
            able = leads if task.post else list(self.everybody)
            yield self._row(d, {c: able for c in sorted(codes)}, task.people or 1)

    def led(self) -> Iterator[dict]:
        """Yield the shifts that nobody works without somebody who leads them."""
        rule = self.on.get("shift_lead")
        if rule is None:
            return
        if rule.people > 1:
            raise CannotSay("two leads on a shift")
        leads = [e for e, x in enumerate(self.problem.employees) if x.leads_shifts]
        for d in range(self.problem.n_days):
            for shift in self.problem.shifts:
                if shift.kind.value in rule.kinds:
                    yield {"day": d, "code": shift.code, "leads": leads}

    def pairs(self) -> Iterator[dict]:
        """Yield newcomers, who work only beside their mentor."""
        p = self.problem
        for e, person in enumerate(p.employees) if "mentoring" in self.on else ():
            if person.mentor in p.employee_index:
                days = [d for d, day in enumerate(p.days) if person.mentored_on(day)]
                yield {"who": e, "beside": p.employee_index[person.mentor], "days": days}

    def wishes(self) -> Iterator[dict]:
        """Yield the codes that meet each wish, and what it costs when it is not met."""
        p = self.problem
        for wish in p.requests if "wishes" in self.on else ():
            met = [c for c in (OFF, *self.codes) if wish.met_by(None if c == OFF else c)]
            yield {
                "who": p.employee_index[wish.staff],
                "day": p.index_of(wish.day),
                "met": met,
                "points": self.on["wishes"]._points(wish),
            }


def _away(low: int, high: int, step: int, steps: int, points: int) -> list[list[int]]:
    """Return charges for what is outside ``low..high``, again for each further step."""
    above = [[1, high + k * step, points] for k in range(steps)]
    below = [[-1, low - k * step, points] for k in range(steps) if low > k * step]
    return above + below
