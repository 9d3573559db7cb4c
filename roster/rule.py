"""The contract of a rule.

A rule is a frozen dataclass: its fields are its level, its weight and its parameters. It has
an encoder (`add_to`, which talks to the Builder), a checker (`check`, which sees only a
Roster), optional arithmetic before any search (`bound`) and a sentence for people (`say`).
Encoder and checker share the parameters and nothing else.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from roster.errors import Issue, ParameterError
from roster.words import Text, day_text, days_text, same

if TYPE_CHECKING:
    from roster.model import Builder
    from roster.plan import Roster
    from roster.problem import Problem


class Level(str, Enum):
    """How a rule binds."""

    HARD = "hard"
    SOFT = "soft"
    OFF = "off"
    ADVISORY = "advisory"
    """A rule of law that an override took out: not enforced, but checked and reported."""


LEVEL_WORDS = {
    Level.HARD: Text("hard", "硬"),
    Level.SOFT: Text("soft", "软"),
    Level.OFF: Text("off", "关"),
    Level.ADVISORY: Text("advisory", "提示"),
}


class Scope(str, Enum):
    """What one clause of a rule can bind together."""

    PERSON = "person"
    DAY = "day"
    TEAM = "team"


UNITS = {
    "people": Text("people", "人"),
    "minutes": Text("minutes", "分钟"),
    "hours": Text("hours", "小时"),
    "days": Text("days", "天"),
    "duties": Text("duties", "班"),
    "nights": Text("nights", "夜班"),
    "weekends": Text("weekends", "周末"),
    "wishes": Text("wishes", "意愿"),
    "weeks": Text("weeks", "周"),
    "changes": Text("changes", "次"),
    "swaps": Text("swaps", "次换班"),
    "requests": Text("requests", "项申请"),
    "points": Text("points", "分"),
}
_ONE = {"people": "person", "duties": "duty", "wishes": "wish"}


def unit_text(unit: str, n: float) -> Text:
    """Return the word of a unit after a number."""
    word = UNITS[unit]
    return word if n != 1 else Text(_ONE.get(unit, word.en.removesuffix("s")), word.zh)


@dataclass(frozen=True)
class Citation:
    """Where a rule comes from: the short name of a document, or an article of law."""

    source: str
    zh: str = ""

    def to(self, lang: str) -> str:
        """Return the source in `lang`."""
        return self.zh if lang == "zh" and self.zh else self.source


PROJECT = Citation("project default", "项目默认")


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One place where a roster departs from a rule.

    Attributes
    ----------
    rule : str
        Id of the rule.
    level : Level
        HARD, SOFT or ADVISORY.
    amount : int
        How far, in `unit`; at least 1.
    unit : str
        A key of `UNITS`.
    weight : int
        Points a unit; 0 for hard and advisory findings.
    who : tuple of str
        Staff ids.
    when : tuple of date
    case : str
        Which of the rule's sentences applies.
    facts : mapping
        What the sentence names.
    for_manager : bool
        A swap or leave that departs from the rule is not rejected but left to the manager.
    of : str
        The request that departs from a rule of the desk.
    """

    rule: str
    level: Level
    amount: int
    unit: str
    weight: int = 0
    who: tuple[str, ...] = ()
    when: tuple[date, ...] = ()
    case: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    for_manager: bool = False
    of: str = ""

    @property
    def points(self) -> int:
        """Amount times weight."""
        return self.amount * self.weight


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """A setting of a rule that cannot hold for this team, so that the file is not read.

    Attributes
    ----------
    what, expected, hint : Text
    found : str
    parameter : str
        Of the rule, where the setting stands.
    staff, column : str
        A person and the column of the Staff sheet, where it stands there.
    cell : str
        Another place, as ``Tasks!A5``.
    """

    what: Text
    found: str = ""
    expected: Text = field(default_factory=lambda: same(""))
    hint: Text = field(default_factory=lambda: same(""))
    parameter: str = ""
    staff: str = ""
    column: str = ""
    cell: str = ""


# --- parameters -----------------------------------------------------------------------------


def whole(
    default: int | None, low: int, high: int, en: str, zh: str, *, or_none: bool = False
) -> Any:
    """Declare a whole-number parameter with its range.

    Parameters
    ----------
    default : int or None
        None allows ``none``.
    low, high : int
    en, zh : str
    or_none : bool
        Allow ``none`` whatever the default.
    """
    return field(
        default=default,
        metadata={
            "type": "int",
            "low": low,
            "high": high,
            "none": or_none or default is None,
            "what": Text(en, zh),
        },
    )


def choice(default: str, options: tuple[str, ...], en: str, zh: str) -> Any:
    """Declare a parameter that takes one of some words."""
    return field(
        default=default, metadata={"type": "choice", "options": options, "what": Text(en, zh)}
    )


def words(default: tuple[str, ...], options: tuple[str, ...], en: str, zh: str) -> Any:
    """Declare a parameter that takes a list of words, separated by commas.

    With no `options` any word is taken; the reader checks shift codes against the catalogue.
    """
    return field(
        default=default, metadata={"type": "words", "options": options, "what": Text(en, zh)}
    )


def job(en: str, zh: str) -> Any:
    """Declare a parameter that takes one of the workbook's jobs, or ``none``."""
    return field(default=None, metadata={"type": "job", "of": "job", "what": Text(en, zh)})


def groups(en: str, zh: str, *, of: str) -> Any:
    """Declare a parameter that takes groups of names, ``A+B;C+D``; a tuple of tuples.

    Parameters
    ----------
    en, zh : str
    of : str
        ``staff`` or ``job``: what the names must be names of.
    """
    return field(default=(), metadata={"type": "groups", "of": of, "what": Text(en, zh)})


def pattern(en: str, zh: str) -> Any:
    """Declare a parameter that takes shift codes and days off in order, ``D,D,N,off``.

    The value is a tuple of codes, None for a day off; empty for ``none``.
    """
    return field(default=(), metadata={"type": "pattern", "of": "shift", "what": Text(en, zh)})


def hours_of_day(en: str, zh: str) -> Any:
    """Declare a parameter that takes spans of the day, ``08:00-12:00,16:00-01:00``.

    The value is a tuple of (start, end) in minutes; an end past midnight is above 1440.
    """
    return field(default=(), metadata={"type": "hours", "what": Text(en, zh)})


def day(en: str, zh: str) -> Any:
    """Declare a parameter that takes a date, or ``none``."""
    return field(default=None, metadata={"type": "day", "what": Text(en, zh)})


def clocks(default: tuple[int, ...], en: str, zh: str, *, single: bool = False) -> Any:
    """Declare a parameter of clock times ``HH:MM``, in minutes, separated by semicolons."""
    return field(
        default=default,
        metadata={"type": "clocks", "single": single, "what": Text(en, zh)},
    )


def _clock(text: str) -> int:
    hours, _, minutes = text.replace("：", ":").strip().partition(":")
    value = int(hours) * 60 + int(minutes)
    if not (0 <= int(minutes) < 60 and 0 <= value <= 1440):
        raise ValueError(text)
    return value


_NOTHING = ("none", "无", "")
_DAY_OFF = ("off", "休", ".", "-")


def _groups(text: str) -> tuple[tuple[str, ...], ...]:
    """Read groups of names; several ways of writing them are told apart."""
    text = text.replace("；", ";").replace("，", ",").replace("、", ",").replace("／", "/")
    inner = next((sign for sign in "+/&" if sign in text), ",")
    outer = r"[;\n]" if ";" in text or "\n" in text or inner == "," else ","
    made = [
        tuple(w.strip() for w in part.split(inner) if w.strip())
        for part in re.split(outer, text)
        if part.strip()
    ]
    if any(len(group) < 2 or len(set(group)) < len(group) for group in made):
        raise ValueError(text)
    return tuple(made)


def _spans(text: str) -> tuple[tuple[int, int], ...]:
    """Read hours of the day in order; an end that is not after its start lies on the next."""
    made: list[tuple[int, int]] = []
    for part in re.split(r"[,;，；、]", text.replace("：", ":")):
        first, sign, last = re.sub(r"[–—~～至]", "-", part).partition("-")
        if not sign:
            raise ValueError(text)
        start, end = _clock(first), _clock(last)
        end += 1440 if end <= start else 0
        made.append((start, end))
    overlap = any(a[1] > b[0] for a, b in itertools.pairwise(made))
    if overlap or made[-1][0] >= 1440 or made[-1][1] > made[0][0] + 1440:
        raise ValueError(text)
    return tuple(made)


def _expected(meta: Mapping[str, Any], default: Any) -> Text:
    match meta["type"]:
        case "int":
            en = f"a whole number from {meta['low']} to {meta['high']}"
            zh = f"{meta['low']} 至 {meta['high']} 的整数"
            return Text(en + ", or none", zh + "，或 无") if meta["none"] else Text(en, zh)
        case "choice":
            return same(" | ".join(meta["options"]))
        case "words":
            if meta["options"]:
                options = ", ".join(meta["options"])
                return Text(f"one or more of: {options}", f"以下一项或多项：{options}")
            return Text("shift codes separated by commas", "班次代码，用逗号分隔")
        case "job":
            return Text("a job of the workbook, or none", "表中的一个工种，或 无")
        case "groups":
            if meta["of"] == "staff":
                return Text("staff ids, E1+E2;E3+E4, or none", "工号，E1+E2;E3+E4，或 无")
            return Text("jobs, A+B;B+C, or none", "工种，A+B;B+C，或 无")
        case "pattern":
            return Text(
                "shift codes and off in order, D,D,N,off, or none",
                "按次序的班次代码和休，D,D,N,休，或 无",
            )
        case "hours":
            return Text("hours 08:00-21:30, or none", "时间 08:00-21:30，或 无")
        case "day":
            return Text("a date, 2026-12-31, or none", "日期，如 2026-12-31，或 无")
        case _:
            return (
                Text("a time, HH:MM", "时间 HH:MM")
                if meta["single"]
                else Text("times HH:MM separated by ;", "时间 HH:MM，用 ; 分隔")
            )


def _parse(meta: Mapping[str, Any], default: Any, raw: object) -> Any:
    text = str(raw).strip()
    match meta["type"]:
        case "int":
            if meta["none"] and text.casefold() in _NOTHING:
                return None
            number = float(text)
            if number != int(number):
                raise ValueError(text)
            return int(number)
        case "choice":
            return {o.casefold(): o for o in meta["options"]}[text.casefold()]
        case "words":
            if text.casefold() in _NOTHING:
                return ()
            items = [w.strip() for w in text.replace("，", ",").split(",") if w.strip()]
            if not meta["options"]:
                return tuple(items)
            table = {o.casefold(): o for o in meta["options"]}
            return tuple(table[w.casefold()] for w in items)
        case "job":
            return None if text.casefold() in _NOTHING else text
        case "groups":
            return () if text.casefold() in _NOTHING else _groups(text)
        case "pattern":
            if text.casefold() in _NOTHING:
                return ()
            items = [w for w in re.split(r"[\s,，;；、]+", text) if w]
            return tuple(None if w.casefold() in _DAY_OFF else w for w in items)
        case "hours":
            return () if text.casefold() in _NOTHING else _spans(text)
        case "day":
            if text.casefold() in _NOTHING:
                return None
            # A cell may hold a date with a time of midnight.
            return date.fromisoformat(text.replace("/", "-").partition(" ")[0])
        case _:
            parts = text.replace("；", ";").replace(",", ";").split(";")
            values = tuple(sorted(_clock(w) for w in parts if w.strip()))
            if not values or (meta["single"] and len(values) != 1):
                raise ValueError(text)
            return values


@dataclass(frozen=True)
class Parameter:
    """A parameter as `roster rules` shows it."""

    name: str
    default: str
    expected: Text
    what: Text


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Base of every rule; see the module's docstring.

    Attributes
    ----------
    level : Level
    weight : int
        Points a unit while the rule is soft.
    """

    id: ClassVar[str]
    cite: ClassVar[tuple[Citation, ...]]
    scope: ClassVar[Scope] = Scope.PERSON
    unit: ClassVar[str] = "days"
    law: ClassVar[bool] = False
    lead_in_days: ClassVar[int] = 0
    place: ClassVar[tuple[str, ...]] = ()
    """Facts that tell two violations of one day apart (a Demand row, a shift)."""
    of_team: ClassVar[bool] = False
    """Whom a violation names does not tell it from another: it is the team's, that day."""
    binds_cells: ClassVar[bool] = False
    """Every clause is about one (employee, day); the model takes such rules first."""
    nearby: ClassVar[bool] = False
    """What it finds about a day depends on that day and the few days beside it alone."""
    guides: ClassVar[bool] = False
    """Its soft clauses count from the first roster on: nearly every cell, or next month."""
    judges: ClassVar[str] = ""
    """``swap`` or ``leave`` for a rule that judges requests; empty for one of the roster."""
    void_without: ClassVar[str] = ""
    """A parameter without which the rule asks for nothing; empty for none such."""
    asks: ClassVar[Mapping[str, Text]] = {}
    """What a clause of each verb asks, for people; see `roster.explain.say`."""
    personal: ClassVar[Mapping[str, str]] = {}
    """Fields of an `Employee` that limit one person, each with the parameter it replaces."""
    title: ClassVar[Text]
    text: ClassVar[Text]
    messages: ClassVar[Mapping[str, Text]]

    level: Level = Level.HARD
    weight: int = 10

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1_000_000:
            raise ParameterError(
                "weight", self.weight, Text("0 to 1000000 points", "0 至 1000000 分")
            )
        for f in dataclasses.fields(self):
            if f.metadata.get("type") != "int":
                continue
            value = getattr(self, f.name)
            if value is None and f.metadata["none"]:
                continue
            if not (
                isinstance(value, int) and f.metadata["low"] <= value <= f.metadata["high"]
            ):
                raise ParameterError(f.name, value, _expected(f.metadata, f.default))

    # --- parameters -------------------------------------------------------------------

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Return the parameters, weight and level left out."""
        return tuple(
            Parameter(
                f.name,
                show_value(f.metadata, f.default),
                _expected(f.metadata, f.default),
                f.metadata["what"],
            )
            for f in dataclasses.fields(cls)
            if "type" in f.metadata
        )

    def shown(self) -> dict[str, str]:
        """Return the parameters in force as people write them."""
        return {
            f.name: show_value(f.metadata, getattr(self, f.name))
            for f in dataclasses.fields(self)
            if "type" in f.metadata
        }

    def with_parameter(self, name: str, raw: object) -> Rule:
        """Return the rule with one parameter read from what a person typed.

        Raises
        ------
        ParameterError
            When there is no such parameter or the value is not one it takes.
        """
        known = {f.name: f for f in dataclasses.fields(self) if "type" in f.metadata}
        if name not in known:
            names = ", ".join(known)
            expected = (
                Text(f"one of: {names}", f"以下之一：{names}")
                if known
                else Text("no parameter: the rule has none", "不填：该规则没有参数")
            )
            raise ParameterError(name, name, expected)
        f = known[name]
        try:
            value = _parse(f.metadata, f.default, raw)
        except (ValueError, KeyError, OverflowError):
            raise ParameterError(name, raw, _expected(f.metadata, f.default)) from None
        return dataclasses.replace(self, **{name: value})

    @property
    def void(self) -> bool:
        """Tell whether the rule asks for nothing as its parameters stand."""
        return bool(self.void_without) and not getattr(self, self.void_without)

    # --- what a rule does ---------------------------------------------------------------

    def narrow(self, builder: Builder) -> None:
        """Take codes out of single cells before any rule is stated.

        For a rule with other clauses besides (`binds_cells` says that there are none); it
        only spares variables, so `add_to` states all of the rule.
        """

    def add_to(self, builder: Builder) -> None:
        """State the rule to the builder."""
        raise TypeError(f"{self.id} has no encoder")

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Yield every departure of the roster from the rule."""
        raise TypeError(f"{self.id} has no checker")

    def bound(self, problem: Problem) -> Iterable[Issue]:
        """Yield what cannot work by arithmetic alone, before any search."""
        return ()

    def flaws(self, problem: Problem) -> Iterable[Flaw]:
        """Yield settings that contradict the team or the horizon: faults of the file."""
        return ()

    def say(self, item: Violation, lang: str) -> str:
        """Return the sentence for one violation."""
        who = "、".join(item.who) if lang == "zh" else ", ".join(item.who)
        facts = {k: day_text(v) if isinstance(v, date) else v for k, v in item.facts.items()}
        text = self.messages[item.case].format(
            **{
                "who": who,
                "when": days_text(item.when),
                "amount": item.amount,
                **facts,
            }
        )
        return text.to(lang)

    def violation(
        self,
        problem: Problem,
        amount: int,
        *,
        who: Iterable[int] = (),
        when: Iterable[int] = (),
        case: str = "",
        unit: str | None = None,
        weight: int | None = None,
        soft: bool = False,
        **facts: Any,
    ) -> Violation:
        """Build a violation at the rule's level.

        Parameters
        ----------
        problem : Problem
        amount : int
        who, when : iterables of int
            Positions of the people and days.
        case : str
            Key of `messages`.
        unit : str, optional
        weight : int, optional
            Points a unit instead of the rule's own.
        soft : bool
            A soft part of a hard rule.
        **facts
            What the sentence names; dates are written out.
        """
        level = Level.SOFT if soft else self.level
        points = self.weight if weight is None else weight
        return Violation(
            rule=self.id,
            level=level,
            amount=amount,
            unit=unit or self.unit,
            weight=points if level is Level.SOFT else 0,
            who=tuple(problem.employees[e].id for e in who),
            when=tuple(problem.date_of(d) for d in when),
            case=case,
            facts=facts,
        )

    def source(self, lang: str) -> str:
        """Return the citations as one line."""
        return "; ".join(c.to(lang) for c in self.cite)


def show_level(rule: Rule) -> Text:
    """Return a rule's level as people read it, with its weight or that it is law."""
    word = LEVEL_WORDS[rule.level]
    if rule.level is Level.SOFT:
        return Text(f"{word.en}, weight {rule.weight}", f"{word.zh}，权重 {rule.weight}")
    if rule.law:
        return Text(f"{word.en}, law", f"{word.zh}，法律")
    return word


def show_value(meta: Mapping[str, Any], value: Any) -> str:
    """Return a parameter's value the way it is typed on the Rules sheet."""
    if value is None:
        return "none"
    match meta["type"]:
        case "words":
            return ",".join(value) or "none"
        case "clocks":
            return ";".join(map(_clock_words, value))
        case "groups":
            return ";".join("+".join(group) for group in value) or "none"
        case "pattern":
            return ",".join("off" if code is None else code for code in value) or "none"
        case "hours":
            spans = (f"{_clock_words(a)}-{_clock_words(b)}" for a, b in value)
            return ",".join(spans) or "none"
        case _:
            return str(value)


def _clock_words(minute: int) -> str:
    if minute > 1440:
        minute -= 1440
    return f"{minute // 60:02d}:{minute % 60:02d}"


@dataclass(frozen=True)
class RuleSet:
    """The rules of a program with their levels and parameters in force.

    Parameters
    ----------
    rules : tuple of Rule
        Every rule, those that are off included.
    rulebook : str
    overrides : tuple of str
        Rules of law taken out by an explicit override.
    """

    rules: tuple[Rule, ...]
    rulebook: str = "standard"
    overrides: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __getitem__(self, rule_id: str) -> Rule:
        return next(r for r in self.rules if r.id == rule_id)

    def __contains__(self, rule_id: str) -> bool:
        return any(r.id == rule_id for r in self.rules)

    @property
    def enforced(self) -> tuple[Rule, ...]:
        """Rules that shape a roster: hard and soft."""
        levels = (Level.HARD, Level.SOFT)
        return tuple(r for r in self.rules if r.level in levels and not r.judges)

    @property
    def hard(self) -> RuleSet:
        """The hard rules alone: what every roster must keep."""
        rules = tuple(r for r in self.rules if r.level is Level.HARD and not r.judges)
        return RuleSet(rules, self.rulebook, self.overrides)

    @property
    def first(self) -> RuleSet:
        """The hard rules, and the soft ones that guide the search from its first roster on."""
        guides = tuple(r for r in self.enforced if r.guides and r.level is Level.SOFT)
        return RuleSet((*self.hard.rules, *guides), self.rulebook, self.overrides)

    @property
    def checked(self) -> tuple[Rule, ...]:
        """Rules that the audit of a roster runs: all but those that are off."""
        return tuple(r for r in self.rules if r.level is not Level.OFF and not r.judges)

    def at_desk(self, desk: str) -> tuple[Rule, ...]:
        """Return the rules that judge requests, ``swap`` or ``leave``, but those off."""
        return tuple(r for r in self.rules if r.level is not Level.OFF and r.judges == desk)

    @property
    def look_back(self) -> int:
        """Days of history that the rules in force can look at."""
        return max((r.lead_in_days for r in self.checked), default=0)


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """A named set of levels and parameters.

    Attributes
    ----------
    id : str
    title : Text
    changes : mapping of str to mapping
        Per rule, the fields that differ from the rule's defaults (`standard` is empty).
    overrides : tuple of str
        Rules of law that the rulebook takes out; they stay advisory.
    """

    id: str
    title: Text
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registry:
    """Every rule and every rulebook; handed to the reader so that it knows the names."""

    rules: tuple[type[Rule], ...]
    rulebooks: tuple[Rulebook, ...]

    def rulebook(self, rulebook_id: str) -> Rulebook | None:
        """Return a rulebook by its id, None when there is none."""
        return next((b for b in self.rulebooks if b.id == rulebook_id), None)

    def rule(self, rule_id: str) -> type[Rule] | None:
        """Return a rule's class by its id, None when there is none."""
        return next((r for r in self.rules if r.id == rule_id), None)

    def used_by(self, rule_id: str) -> Text:
        """Return the systems whose rulebook uses the rule, or that all of them do."""
        books = [b for b in self.rulebooks if b.id != "standard"]
        users = []
        for book in books:
            made = self.defaults(book)[rule_id]
            if made.level is not Level.OFF and (rule_id in book.changes or not made.void):
                users.append(book.id)
        if len(users) == len(books):
            return Text("all", "全部")
        return same(", ".join(users))

    def defaults(self, rulebook: Rulebook) -> dict[str, Rule]:
        """Return every rule as the rulebook has it, before the Rules sheet."""
        made = {r.id: r(**rulebook.changes.get(r.id, {})) for r in self.rules}
        for rule_id in rulebook.overrides:
            made[rule_id] = dataclasses.replace(made[rule_id], level=Level.ADVISORY)
        return made

    def rule_set(
        self, rules: Mapping[str, Rule], rulebook: str, overrides: Iterable[str] = ()
    ) -> RuleSet:
        """Return the rules in force in the registry's order, with overrides applied.

        Parameters
        ----------
        rules : mapping of str to Rule
            By id, as the rulebook and the Rules sheet have them.
        rulebook : str
        overrides : iterable of str
            Ids of rules of law to take out; they become advisory.
        """
        overrides = tuple(overrides)
        book = self.rulebook(rulebook)
        made = tuple(
            dataclasses.replace(rules[r.id], level=Level.ADVISORY)
            if r.id in overrides
            else rules[r.id]
            for r in self.rules
        )
        taken = dict.fromkeys((*(book.overrides if book else ()), *overrides))
        return RuleSet(made, rulebook, tuple(t for t in taken))
