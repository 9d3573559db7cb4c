"""Single changes of the input that might resolve a conflict.

Which ones there are follows from the records and parameters that the clauses of the conflict
come from, not from a table of rules: a leave, a fixed duty, dates of employment, what a
person lacks for a shift, the least of a Demand row, a limit of the Staff sheet, a parameter,
a code that may not follow. A `Lever` builds the changed problem and rules; whether it helps
is for the solver to say.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from roster.errors import ParameterError
from roster.explain.clauses import Clause
from roster.explain.say import GRADES, Speaker, dates_text, people_text
from roster.problem import Days, Demand, Employee, Grade, Leave, Problem
from roster.rule import Level, Rule, RuleSet, show_value
from roster.under import under
from roster.words import Text, day_text, hours_text, same

_FACTS = ("availability", "eligibility", "one_duty", "cover")
"""Rules that nobody takes out to get a roster; cover has its own rows to change."""
_AT_ONCE = 3
"""Levers of a kind that are tried before those of the next kind."""
_CANDIDATES = 4
"""People looked at who are nearest to qualify for a seat."""
_HIRED = 32
"""More people than this are no way out."""
_STEPS = {"min_minutes": 24, "max_minutes": 24}
"""By how many hours a limit of the Staff sheet is moved at most; other limits by 4."""


@dataclass(frozen=True)
class Change:
    """A changed input.

    Attributes
    ----------
    text : Text
        What is changed, and from what to what.
    problem : Problem
    rules : RuleSet
    sheet : str
        Key of the sheet where it is changed; empty for none.
    cell : str
        As ``Leave!A5``; empty where a row is to be added.
    people : tuple of int
        Those whose own rules may bind differently now.
    crude : bool
        A parameter for everybody more than doubled or halved: for want of a better one.
    """

    text: Text
    problem: Problem
    rules: RuleSet
    sheet: str
    cell: str = ""
    people: tuple[int, ...] = ()
    crude: bool = False


Amounts = Callable[[int], Change | None]


@dataclass(frozen=True)
class Lever:
    """A change, or one that can be made stronger step by step.

    Attributes
    ----------
    make : callable
        Returns the change at a strength from 1 to `most`, None when it is not possible.
    most : int
    rank : int
        Small for what a supervisor would try first.
    family : str
        Of levers of one family the first that helps is enough.
    spread : bool
        The strength is for how many people a change of one size is made.
    part : callable, optional
        Returns, for a strength, the lever that spreads a change of this size.
    """

    make: Amounts
    most: int = 1
    rank: int = 5
    family: str = ""
    spread: bool = False
    part: Callable[[int], Lever] | None = None


def _once(change: Change, rank: int) -> Lever:
    return Lever(lambda _: change, 1, rank)


class Levers:
    """What could be changed about a conflict.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
        Every rule, as the workbook has it.
    speaker : Speaker
        For cells and names.
    """

    def __init__(self, problem: Problem, rules: RuleSet, speaker: Speaker) -> None:
        self.problem, self.rules, self.speaker = problem, rules, speaker

    def of(self, clauses: Iterable[Clause], *, counted: bool = False) -> Iterator[Lever]:
        """Yield the levers of a conflict, those that cost least first.

        Parameters
        ----------
        clauses : iterable of Clause
        counted : bool
            A conflict of the whole month's sums, which no single leave or day resolves.
        """
        clauses = list(clauses)
        if counted:
            sums = [c for c in clauses if not c.is_cell]
            yield from self._personal(sums, counted=True)
            yield from self._parameters(sums)
            yield from self._demand(sums)
            yield from self._qualify(clauses)
            yield from self._staff(sums, counted=True)
            yield from self._out(sums)
            return
        found = [
            *self._absences(clauses),
            *self._fixed(clauses),
            *self._demand(clauses),
            *self._qualify(clauses),
            *self._personal(clauses),
            *self._follow(clauses),
            *self._parameters(clauses),
            *self._staff(clauses),
            *self._out(clauses),
        ]
        # Some of each kind first, for the time may not do for all of them.
        ranked = sorted(found, key=lambda lever: lever.rank)
        places: dict[int, int] = {}
        turns = []
        for lever in ranked:
            places[lever.rank] = places.get(lever.rank, 0) + 1
            turns.append((places[lever.rank] > _AT_ONCE, lever))
        yield from (lever for _, lever in sorted(turns, key=lambda t: t[0]))

    # --- making a change -------------------------------------------------------------------

    def _change(
        self,
        text: Text,
        sheet: str,
        cell: str = "",
        people: Iterable[int] = (),
        rule: Rule | None = None,
        without: str = "",
        **records: object,
    ) -> Change:
        rules = self.rules
        if rule is not None or without:
            made = [rule if rule is not None and r.id == rule.id else r for r in rules.rules]
            if without:
                level = Level.ADVISORY if rules[without].law else Level.OFF
                made = [replace(r, level=level) if r.id == without else r for r in made]
            rules = RuleSet(tuple(made), rules.rulebook, rules.overrides)
        # What follows from the input and the parameters follows anew.
        problem = under(replace(self.problem, **records), rules)
        return Change(text, problem, rules, sheet, cell, tuple(people))

    def _person(self, e: int, **fields: object) -> tuple[Employee, ...]:
        people = list(self.problem.employees)
        people[e] = replace(people[e], **fields)
        return tuple(people)

    # --- facts of the input ----------------------------------------------------------------

    def _absences(self, clauses: list[Clause]) -> Iterator[Lever]:
        """One leave less on the days of the conflict; earlier or later employment."""
        days: dict[tuple, set[int]] = {}
        leaves: dict[tuple, Leave] = {}
        gone: dict[int, set[int]] = {}
        loose = [d for c in clauses if not c.who for d in c.days]
        places = [(e, d) for c in clauses if c.rule == "availability" for e, d in _cells(c)]
        places += [(e, d) for d in loose for e in range(len(self.problem.employees))]
        for e, d in places:
            leave = self.problem.leave_on(e, d)
            if leave is not None:
                key = e, leave.first, leave.last
                leaves[key] = leave
                days.setdefault(key, set()).add(d)
            elif not self.problem.employed(e, d) and d not in loose:
                gone.setdefault(e, set()).add(d)
        for (e, *_), leave in leaves.items():
            off = days[e, leave.first, leave.last]
            when = {self.problem.date_of(d) for d in off}
            who = self._name(e)
            span = dates_text(when)
            text = Text(f"no leave for {who} on {span.en}", f"{who} {span.zh}不批假")
            rest = [x for x in self.problem.leaves if x is not leave]
            yield _once(
                self._change(
                    text, "leave", leave.cell, [e], leaves=(*rest, *_cut(leave, when))
                ),
                1,
            )
            if leave.first != leave.last and len(when) < (leave.last - leave.first).days + 1:
                first, last = day_text(leave.first), day_text(leave.last)
                text = Text(
                    f"no leave for {who} from {first.en} to {last.en}",
                    f"{who} {first.zh}至{last.zh}不批假",
                )
                yield _once(self._change(text, "leave", leave.cell, [e], leaves=tuple(rest)), 2)
        for e, off in gone.items():
            person = self.problem.employees[e]
            first, last = self.problem.date_of(min(off)), self.problem.date_of(max(off))
            who, cell = self._name(e), self.speaker.staff_cell(e)
            if person.start_date is not None and first < person.start_date:
                day = day_text(first)
                text = Text(f"{who} starts on {day.en}", f"{who} 于{day.zh}入职")
                people = self._person(e, start_date=first)
            elif person.end_date is not None:
                day = day_text(last)
                text = Text(f"{who} stays until {day.en}", f"{who} 在职至{day.zh}")
                people = self._person(e, end_date=last)
            else:
                continue
            yield _once(self._change(text, "staff", cell, [e], employees=people), 4)

    def _fixed(self, clauses: list[Clause]) -> Iterator[Lever]:
        """One fixed duty less."""
        held = {
            (e, d)
            for c in clauses
            if c.rule == "availability"
            for e, d in _cells(c)
            if (e, d) in self.problem.fixed_by_cell
        }
        for e, d in sorted(held):
            fixed = self.problem.fixed_by_cell[e, d]
            day, who = day_text(fixed.day), self._name(e)
            code = fixed.shift
            text = Text(
                f"{who}: {code or 'off'} on {day.en} not fixed",
                f"{who}：{day.zh}不再固定为 {code or '休'}",
            )
            rest = tuple(x for x in self.problem.fixed if x is not fixed)
            yield _once(self._change(text, "fixed", fixed.cell, [e], fixed=rest), 2)

    # --- demand ----------------------------------------------------------------------------

    def _demand(self, clauses: list[Clause]) -> Iterator[Lever]:
        """A smaller least of a Demand row: on one day, or in the row."""
        rows: dict[int, tuple[Demand, set[int]]] = {}
        for c in clauses:
            row = self.speaker.row(c)
            if row is not None:
                rows.setdefault(id(row), (row, set()))[1].update(c.when)
        for row, days in rows.values():
            what = self.speaker.what(row)
            every = len(days) > 7

            def make(
                n: int,
                row: Demand = row,
                days: set[int] = days,
                every: bool = every,
                what: Text = what,
            ) -> Change | None:
                least = row.min - n
                demand = list(self.problem.demand)
                if every or row.days is Days.DATE:
                    demand[demand.index(row)] = replace(row, min=least)
                else:
                    for d in days:
                        day = self.problem.date_of(d)
                        demand.append(
                            replace(
                                row,
                                days=Days.DATE,
                                first=day,
                                last=None,
                                weekday=None,
                                kind=None,
                                min=least,
                                cell="",
                            )
                        )
                when = dates_text(self.problem.date_of(d) for d in days)
                if every:
                    when = Text("all days of the row", "该行所有日期")
                text = Text(
                    f"{what.en}: at least {least} instead of {row.min} on {when.en}",
                    f"{what.zh}：{when.zh}最少 {row.min} 人改为 {least} 人",
                )
                return self._change(text, "demand", row.cell, demand=tuple(demand))

            yield Lever(make, row.min, 4)

    # --- qualification ---------------------------------------------------------------------

    def _qualify(self, clauses: list[Clause]) -> Iterator[Lever]:
        """One more person who counts: those who lack least and are there first."""
        for c in clauses:
            if c.verb != "at_least" or len(c.who) < 1 or c.rule in ("weekly_rest",):
                continue
            codes = c.codes - {None}
            days = sorted(d for d in c.when if d >= 0)
            if not codes or (len(c.who) == 1 and not self.speaker.row(c)):
                continue
            yield from self._nearest(c, codes, days, clauses)
            break

    def _nearest(
        self, c: Clause, codes: frozenset, days: list[int], clauses: list[Clause]
    ) -> Iterator[Lever]:
        row = self.speaker.row(c)
        barred = {e for x in clauses if x.rule == "eligibility" for e in x.who}
        found = []
        for e, person in enumerate(self.problem.employees):
            if e in c.who and e not in barred:
                continue
            code = min(codes, key=lambda code: len(self.speaker.lacks(e, code)))
            shift = self.problem.shift_by_code[code]
            asks = [shift] if row is None else [shift, row]
            skills = frozenset().union(*(a.skills for a in asks)) - person.skills
            grade = max((a.min_grade for a in asks if a.min_grade is not None), default=None)
            if row is None and e not in c.who:
                grade = Grade.SENIOR  # who count for a rule of the shift: seniors
            jobs = [a.job for a in asks if a.job]
            fields: dict[str, object] = {}
            lacks = []
            if skills:
                fields["skills"] = person.skills | skills
                names = ", ".join(sorted(skills))
                lacks.append(Text(f"skill {names}", f"技能 {names}"))
            steps = 0
            if grade is not None and person.grade < grade:
                fields["grade"], steps = grade, grade - person.grade
                lacks.append(Text(f"grade {GRADES[grade].en}", f"级别 {GRADES[grade].zh}"))
            other = [j for j in jobs if j.casefold() not in self.problem.open_jobs[e]]
            if other:
                fields["second_group"] = other[0]
                lacks.append(Text(f"second group {other[0]}", f"第二组 {other[0]}"))
            if not fields:
                continue
            there = all(self.problem.available(e, d) for d in days)
            found.append((not there, len(skills) + steps + 2 * len(other), e, fields, lacks))
        found.sort(key=lambda x: x[:3])
        if len(found) > 1:
            # One may not do, for nights on end; then the fewest of the nearest.
            yield Lever(lambda n: self._qualified(found[: n + 1]), min(len(found), 16) - 1, 3)
        for _, _, e, fields, lacks in found[:_CANDIDATES]:
            who, cell = self._name(e), self.speaker.staff_cell(e)
            text = Text(
                f"qualify {who} (" + ", ".join(x.en for x in lacks) + ")",
                f"培养 {who}（" + "、".join(x.zh for x in lacks) + "）",
            )
            people = self._person(e, **fields)
            yield _once(self._change(text, "staff", cell, [e], employees=people), 3)

    def _qualified(self, found: list[tuple]) -> Change:
        people = list(self.problem.employees)
        for _, _, e, fields, _ in found:
            people[e] = replace(people[e], **fields)
        who = [e for _, _, e, _, _ in found]
        lacks = dict.fromkeys(x for *_, lacks in found for x in lacks)
        names = people_text(self.problem.employees[e].id for e in who)
        text = Text(
            f"qualify {names.en} (" + ", ".join(x.en for x in lacks) + ")",
            f"培养 {names.zh}（" + "、".join(x.zh for x in lacks) + "）",
        )
        cell = self.speaker.staff_cell(who[0])
        return self._change(text, "staff", cell, who, employees=tuple(people))

    # --- limits and parameters -------------------------------------------------------------

    def _personal(self, clauses: list[Clause], *, counted: bool = False) -> Iterator[Lever]:
        """A limit of the Staff sheet, for one person and for all of the conflict."""
        people: dict[str, set[int]] = {}
        for c in clauses:
            if len(c.who) == 1 and self.rules[c.rule].personal:
                people.setdefault(c.rule, set()).update(c.who)
        for rule_id, who in people.items():
            rule = self.rules[rule_id]
            for field, parameter in rule.personal.items():
                able = [
                    e
                    for e in sorted(who)
                    if self._limit(e, field, rule, parameter) not in (None, "", {})
                ]
                if not able:
                    continue
                most = _STEPS.get(field, 4)
                if counted:  # a little for many is likelier than much for few
                    for sign in (1, -1):
                        make = self._limits(able, field, rule, parameter, sign)

                        part = self._spread(able, field, rule, parameter, sign)
                        yield Lever(make, most, 3, part=part if len(able) > 1 else None)
                    continue
                groups = [[e] for e in able[:3]]
                groups += [able[:n] for n in (2, 4, 8, 16) if n < len(able)]
                groups += [able] if len(able) > 1 else []
                for group in groups:
                    for sign in (1, -1):
                        make = self._limits(group, field, rule, parameter, sign)
                        yield Lever(make, most, 3, rule_id)

    def _limit(self, e: int, field: str, rule: Rule, parameter: str) -> object:
        own = getattr(self.problem.employees[e], field)
        return own if own is not None else parameter and getattr(rule, parameter)

    def _limits(
        self, group: list[int], field: str, rule: Rule, parameter: str, sign: int
    ) -> Amounts:
        def make(n: int) -> Change | None:
            people = list(self.problem.employees)
            before, after = set(), set()
            for e in group:
                value = self._limit(e, field, rule, parameter)
                if isinstance(value, int):
                    step = 60 if "minutes" in field else 1
                    new: object = value + sign * n * step
                    if new < (0 if field.endswith(("minutes", "weekends")) else 1):
                        return None
                    shown = [value, new]
                    if step == 60:
                        shown = [hours_text(x) for x in shown]
                    before.add(shown[0])
                    after.add(shown[1])
                else:
                    new = {code: limit + sign * n for code, limit in value.items()}
                    before.add(_limits_text(value))
                    after.add(_limits_text(new))
                    if any(x < 0 for x in new.values()):
                        return None
                people[e] = replace(people[e], **{field: new})
            names = same(", ".join(self._name(e) for e in group))
            if len(group) > 6:
                names = people_text(self.problem.employees[e].id for e in group)
            column = _COLUMNS[field]
            one = len(before) == 1
            change = (
                Text(
                    f"from {min(before)} to {min(after)}", f"由 {min(before)} 改为 {min(after)}"
                )
                if one
                else Text(f"by {sign * n:+d}", f"{sign * n:+d}")
            )
            text = Text(
                f"{column.en} {change.en} for {names.en}", f"{names.zh}：{column.zh}{change.zh}"
            )
            cell = self.speaker.staff_cell(group[0])
            return self._change(text, "staff", cell, group, employees=tuple(people))

        return make

    def _spread(self, group: list[int], *limit: object) -> Callable[[int], Lever]:
        """Return a maker of levers: a limit moved by so much, for the first of a group."""

        def part(size: int) -> Lever:
            return Lever(
                lambda n: self._limits(group[:n], *limit)(size), len(group), 3, spread=True
            )

        return part

    def _follow(self, clauses: list[Clause]) -> Iterator[Lever]:
        """A code that may follow after all."""
        pairs = {
            (a, b)
            for c in clauses
            if c.rule == "successions"
            for a in c.terms[0][1].codes
            for b in c.terms[1][1].codes
        }
        for a, b in sorted(pairs)[:3]:
            shifts = tuple(
                replace(s, not_before=s.not_before - {b}) if s.code == a else s
                for s in self.problem.shifts
            )
            text = Text(f"{b} may follow {a}", f"{a} 次日可接 {b}")
            yield _once(self._change(text, "shifts", self._shift_cell(a), shifts=shifts), 5)

    def _shift_cell(self, code: str) -> str:
        return self.speaker.where.get("shifts", {}).get(code, "")

    def _parameters(self, clauses: list[Clause]) -> Iterator[Lever]:
        """Another value of a parameter: the smallest step either way that does it."""
        for rule_id in dict.fromkeys(c.rule for c in clauses):
            if rule_id in _FACTS:
                continue  # what an hour of leave counts is no way out of a leave
            rule = self.rules[rule_id]
            for f in dataclasses.fields(rule):
                kind, value = f.metadata.get("type"), getattr(rule, f.name)
                if f.name.endswith("_weight"):
                    continue  # points are no matter of what can be kept
                if kind == "int" and value is not None:
                    for sign, end in ((1, f.metadata["high"]), (-1, f.metadata["low"])):
                        if value != end:
                            make = self._whole(rule, f, value, sign)
                            yield Lever(make, abs(end - value), 8 if rule.law else 4)
                    continue
                others: list[object] = []
                if kind == "choice":
                    others = [o for o in f.metadata["options"] if o != value]
                elif kind in ("words", "groups") and len(value) > 1:
                    others = [tuple(x for x in value if x != y) for y in value]
                elif kind == "clocks" and f.metadata["single"]:
                    ends = {m for s in self.problem.shifts for m in (s.start, s.end)}
                    near = sorted(ends - set(value), key=lambda m: abs(m - value[0]))
                    others = [(m,) for m in near if m <= 1440][:6]
                elif kind == "clocks" and len(value) > 1:
                    others = [tuple(x for x in value if x != y) for y in value]
                for other in others:
                    change = self._with(rule, f, other)
                    if change is not None:
                        yield _once(change, 5)

    def _whole(self, rule: Rule, f: dataclasses.Field, value: int, sign: int) -> Amounts:
        def make(n: int) -> Change | None:
            return self._with(rule, f, value + sign * n)

        return make

    def _with(self, rule: Rule, f: dataclasses.Field, value: object) -> Change | None:
        try:
            made = replace(rule, **{f.name: value})
        except ParameterError:
            return None
        old = show_value(f.metadata, getattr(rule, f.name))
        new = show_value(f.metadata, value)
        title, what = rule.title, f.metadata["what"]
        law = Text(" - a rule of law", "——法律规定") if rule.law else same("")
        text = Text(
            f"{rule.id}: {f.name} from {old} to {new} ({what.en}), for everybody{law.en}",
            f"{title.zh}（{rule.id}）：{f.name} 由 {old} 改为 {new}（{what.zh}），"
            f"对所有人{law.zh}",
        )
        change = self._change(text, "rules", self.speaker.rule_cell(rule.id), rule=made)
        was = getattr(rule, f.name)
        if f.metadata["type"] == "int" and not was <= 2 * value <= 4 * was:
            change = replace(change, crude=True)
        return change

    # --- people and rules -------------------------------------------------------------------

    def _staff(self, clauses: list[Clause], *, counted: bool = False) -> Iterator[Lever]:
        """A mentor less, one more who takes the lead, more people."""
        for c in clauses:
            if c.rule == "mentoring":
                for e in sorted(c.who):
                    person = self.problem.employees[e]
                    if person.mentor in {self.problem.employees[x].id for x in c.who}:
                        first = self.problem.date_of(min(d for d in c.when if d >= 0))
                        until = first - timedelta(days=1)
                        day, who = day_text(until), self._name(e)
                        text = Text(f"{who}: mentored until {day.en}", f"{who}：带教至{day.zh}")
                        people = self._person(e, mentored_until=until)
                        cell = self.speaker.staff_cell(e)
                        yield _once(self._change(text, "staff", cell, [e], employees=people), 4)
                break
        if any(c.rule == "lead_rotation" for c in clauses):
            for e, person in enumerate(self.problem.employees):
                if not person.rotation and not person.leader:
                    who = self._name(e)
                    text = Text(f"{who} takes the lead in turn", f"{who} 参加轮值")
                    people = self._person(e, rotation=True)
                    cell = self.speaker.staff_cell(e)
                    yield _once(self._change(text, "staff", cell, [e], employees=people), 4)
                    break
        asked = [c for c in clauses if c.verb == "at_least" and len(c.who) > 1]
        if asked:
            ready = [
                e
                for e in sorted(asked[0].who)
                if any(
                    not t.codes.isdisjoint(self.problem.fitting_codes[e])
                    for _, t in asked[0].terms
                    if getattr(t, "e", None) == e
                )
            ]
            if ready:
                yield Lever(lambda n: self._hired(ready[0], n), _HIRED if counted else 1, 6)

    def _hired(self, e: int, n: int) -> Change:
        """Return the team with more people like one of them."""
        person = self.problem.employees[e]
        new = replace(
            person,
            name="",
            leader=False,
            rotation=False,
            mentor=None,
            start_date=None,
            end_date=None,
            protection=None,
        )
        who = self._name(e)
        text = Text(
            f"one more person like {who}, with no leave",
            f"增加一名与 {who} 条件相同且无请假的人员",
        )
        if n > 1:
            text = Text(
                f"{n} more people like {who}, with no leave",
                f"增加 {n} 名与 {who} 条件相同且无请假的人员",
            )
        known = self.problem.employees
        people = (*known, *(replace(new, id=f"{person.id}+{i or ''}") for i in range(n)))
        at = range(len(known), len(people))
        return self._change(text, "staff", "", at, employees=people)

    def _out(self, clauses: list[Clause]) -> Iterator[Lever]:
        """A whole rule taken out."""
        for rule_id in dict.fromkeys(c.rule for c in clauses):
            if rule_id in _FACTS:
                continue
            rule = self.rules[rule_id]
            text = Text(
                f"rule {rule_id} ({rule.title.en}) soft or off for this month",
                f"规则 {rule_id}（{rule.title.zh}）本月改为软或关",
            )
            if rule.law:
                text = Text(
                    f"rule of law {rule_id} ({rule.title.en}) not enforced: only with an "
                    f"explicit --override {rule_id}",
                    f"法律规则 {rule_id}（{rule.title.zh}）不强制：须明确用 "
                    f"--override {rule_id}",
                )
            cell = self.speaker.rule_cell(rule_id)
            yield _once(
                self._change(text, "rules", cell, without=rule_id), 9 if rule.law else 7
            )

    def _name(self, e: int) -> str:
        person = self.problem.employees[e]
        return f"{person.id} {person.name}".strip()


_COLUMNS = {
    "min_minutes": Text("min hours", "最少工时"),
    "max_minutes": Text("max hours", "最多工时"),
    "max_consecutive_days": Text("max consecutive days", "最多连续上班"),
    "min_consecutive_days": Text("min consecutive days", "最少连续上班"),
    "min_consecutive_days_off": Text("min consecutive days off", "最少连续休息"),
    "max_weekends": Text("max weekends", "最多周末班"),
    "shift_limits": Text("shift limits", "班次上限"),
}


def _limits_text(limits: dict[str, int]) -> str:
    return ";".join(f"{code}={n}" for code, n in sorted(limits.items()))


def _cells(c: Clause) -> Iterator[tuple[int, int]]:
    for fact in c.facts:
        yield fact.e, fact.d


def _cut(leave: Leave, days: set) -> Iterator[Leave]:
    """Yield what is left of a leave without some days."""
    first = leave.first
    for day in sorted(days):
        if first < day:
            yield replace(leave, first=first, last=day - timedelta(days=1))
        first = day + timedelta(days=1)
    if first <= leave.last:
        yield replace(leave, first=first)
