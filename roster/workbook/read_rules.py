"""The Rules sheet: which rules are in force, with which level, weight and parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from roster.errors import Issue, ParameterError, UsageError
from roster.rule import Level, Registry, Rule, Rulebook, RuleSet
from roster.words import Text, nearest, same
from roster.workbook import layout
from roster.workbook.book import Record
from roster.workbook.cells import Bad, Quiet, fold, split_list, unknown
from roster.workbook.layout import find_word, norm
from roster.workbook.names import Names


def check_overrides(registry: Registry, overrides: Iterable[str]) -> tuple[str, ...]:
    """Return the overrides; only rules of law can be overridden.

    Raises
    ------
    UsageError
        For an unknown rule, or one that the Rules sheet can turn off.
    """
    issues = []
    law = [r.id for r in registry.rules if r.law]
    laws = Text("a rule of law: " + ", ".join(law), "法定规则：" + "、".join(law))
    for rule_id in overrides:
        rule = registry.rule(rule_id)
        if rule is None:
            near = nearest(rule_id, [r.id for r in registry.rules])
            issues.append(
                Issue(
                    what=Text("--override: unknown rule", "--override：未知的规则"),
                    found=rule_id,
                    expected=laws,
                    hint=same(near or ""),
                )
            )
        elif not rule.law:
            issues.append(
                Issue(
                    what=Text("--override is for rules of law", "--override 只用于法定规则"),
                    found=rule_id,
                    expected=laws,
                    hint=Text(
                        "set its level to off on the Rules sheet", "在《规则》表把级别设为“关”"
                    ),
                )
            )
    if issues:
        raise UsageError(*issues)
    return tuple(dict.fromkeys(overrides))


def find_rule(registry: Registry, typed: str) -> str | None:
    """Return the id of a rule named by id, loosely spelled, or by its title."""
    wanted = norm(typed)
    for rule in registry.rules:
        title = getattr(rule, "title", None) or ()
        if wanted in (norm(rule.id), *(norm(t) for t in title)):
            return rule.id
    return None


class RulesReader:
    """Applies the rows of the Rules sheet to a rulebook.

    Parameters
    ----------
    registry : Registry
    rulebook : Rulebook
    overrides : tuple of str
        Rules of law that the command takes out.
    names : Names
    jobs : mapping of str to str
        Jobs of the workbook, casefolded to as they are spelled.
    any_override : bool
        Rules of law may be off without an override: the file is last month's.
    """

    def __init__(
        self,
        registry: Registry,
        rulebook: Rulebook,
        overrides: tuple[str, ...],
        names: Names,
        jobs: Mapping[str, str],
        *,
        any_override: bool = False,
    ) -> None:
        self.registry, self.rulebook, self.overrides = registry, rulebook, overrides
        self.names, self.any_override = names, any_override
        self.rules: dict[str, Rule] = registry.defaults(rulebook)
        self.addresses: dict[str, str] = {}
        self.places: dict[tuple[str, str], tuple[Record, str]] = {}
        self.jobs = jobs
        self._set: dict[tuple[str, str], object] = {}
        self._taken: list[str] = []

    def rule_set(self, records: Iterable[Record]) -> RuleSet:
        """Return the rules in force after every row."""
        for record in records:
            self._row(record)
        return self.registry.rule_set(
            self.rules, self.rulebook.id, dict.fromkeys((*self.overrides, *self._taken))
        )

    def _row(self, record: Record) -> None:
        if record.bad("rule"):
            return
        rule_id = find_rule(self.registry, record["rule"])
        if rule_id is None:
            ids = [r.id for r in self.registry.rules]
            record.fault(
                "rule",
                Text("unknown rule", "未知的规则"),
                Text("a rule id, see: roster rules", "规则 id，见 roster rules"),
                same(nearest(record["rule"], ids) or ""),
            )
            return
        self.addresses.setdefault(rule_id, record.address("rule"))
        if record["level"] is not None:
            self._level(record, rule_id)
        if record["weight"] is not None:
            self._change(record, "weight", rule_id, "weight", record["weight"])
        self._parameter(record, rule_id)

    def _once(self, record: Record, key: str, rule_id: str, name: str, value: object) -> bool:
        """Tell whether nothing else was said before; a contradiction is a fault."""
        before = self._set.setdefault((rule_id, name), value)
        if before == value:
            return True
        record.fault(
            key,
            Text(f"{rule_id}: two different values", f"{rule_id}：前后取值不同"),
            Text(
                f"{name} = {before}, as in the row before", f"{name} = {before}（与前一行一致）"
            ),
        )
        return False

    def _level(self, record: Record, rule_id: str) -> None:
        level = Level(record["level"])
        first = (rule_id, "level") not in self._set
        if not self._once(record, "level", rule_id, "level", level.value) or not first:
            return
        rule = self.rules[rule_id]
        if not rule.law or level is Level.HARD:
            self.rules[rule_id] = dataclasses.replace(rule, level=level)
        elif self.any_override:
            self._taken.append(rule_id)
        elif rule_id not in self.overrides and rule_id not in self.rulebook.overrides:
            record.fault(
                "level",
                Text(f"{rule_id} is a rule of law", f"{rule_id} 是法定规则"),
                Text("hard", "硬"),
                Text(
                    f"--override {rule_id} takes it out, and the result says so",
                    f"用 --override {rule_id} 停用，结果中会注明",
                ),
            )

    def _parameter(self, record: Record, rule_id: str) -> None:
        name, value = record["parameter"], record["value"]
        if record.bad("parameter", "value"):
            return
        if name is None:
            if value is not None:
                record.fault(
                    "value",
                    Text("a value without a parameter", "有值但没有参数名"),
                    hint=Text("name the parameter", "请填写参数名"),
                )
            return
        known = [p.name for p in type(self.rules[rule_id]).parameters()]
        name = next((k for k in known if norm(k) == norm(name)), fold(name))
        if value is None and (name in known or name == "weight"):
            record.fault(
                "value",
                Text(f"{name} has no value", f"参数 {name} 没有值"),
                self._expected(rule_id, name),
                Text("none for no limit", "不限请填 无"),
            )
        elif name == "weight" and name not in known:
            self._weight(record, rule_id, value)
        else:
            self._change(record, "value", rule_id, name, value)

    def _weight(self, record: Record, rule_id: str, value: str) -> None:
        # Written in rules.md like a parameter, so it is read where a parameter stands too.
        weight = int(value) if value.isascii() and value.isdigit() else -1
        self._change(record, "value", rule_id, "weight", weight)

    def _expected(self, rule_id: str, name: str) -> Text:
        shown = {p.name: p.expected for p in type(self.rules[rule_id]).parameters()}
        return shown.get(name, Text("a whole number", "整数"))

    def _change(self, record: Record, key: str, rule_id: str, name: str, value: object) -> None:
        rule = self.rules[rule_id]
        known = [p.name for p in type(rule).parameters()]
        try:
            if name == "weight" and name not in known:
                changed = dataclasses.replace(rule, weight=value)
            else:
                changed = self._with_parameter(rule, name, str(value))
        except ParameterError as error:
            if error.name not in known and error.name != "weight":
                record.fault(
                    "parameter",
                    Text(f"{rule_id}: unknown parameter", f"{rule_id}：未知的参数"),
                    error.expected,
                    same(nearest(name, known) or ""),
                )
            else:
                record.fault(
                    key,
                    Text(f"{rule_id}: {name} cannot be this", f"{rule_id}：{name} 取值无效"),
                    error.expected,
                )
            return
        except ValueError:
            record.fault(
                key,
                Text(f"{rule_id}: {name} cannot be this", f"{rule_id}：{name} 取值无效"),
                self._expected(rule_id, name),
            )
            return
        shown = changed.shown().get(name, value)
        if not self._once(record, key, rule_id, name, shown):
            return
        self.places[rule_id, name] = (record, key)
        try:
            self.rules[rule_id] = self._named(changed, name)
        except Bad as bad:
            record.fault(key, bad.what, bad.expected, bad.hint, found=bad.found)
        except Quiet:
            pass

    def _named(self, rule: Rule, name: str) -> Rule:
        """Return the rule with the names in a parameter as they are spelled elsewhere."""
        meta = {f.name: f.metadata for f in dataclasses.fields(rule)}[name]
        of = meta.get("of") or ("shift" if meta.get("type") == "words" else "")
        if not of or meta.get("options"):
            return rule
        find = {"shift": self.names.code, "staff": self.names.person, "job": self._job}[of]

        def spelled(value: object) -> object:
            if isinstance(value, tuple):
                return tuple(map(spelled, value))
            return None if value is None else find(value)

        return dataclasses.replace(rule, **{name: spelled(getattr(rule, name))})

    def _job(self, typed: str) -> str:
        known = self.jobs.get(typed.casefold())
        if known is None and self.jobs:
            raise unknown(Text("unknown job", "未知的工种"), typed, list(self.jobs.values()))
        return known or typed

    @staticmethod
    def _with_parameter(rule: Rule, name: str, text: str) -> Rule:
        try:
            return rule.with_parameter(name, fold(text))
        except ParameterError:
            # Words of the other sheets, and what Excel makes of a typed yes or no.
            words = [_translated(word) for word in split_list(text)]
            if None in words or not words:
                raise
            return rule.with_parameter(name, ",".join(words))


_VOCABULARIES = (
    layout.YES_NO,
    layout.SHIFT_KINDS,
    layout.POSTS,
    (layout.NONE,),
)


def _translated(typed: str) -> str | None:
    """Return the word that parameters take for a word of a sheet, None when unknown."""
    day = find_word(layout.WEEKDAYS, typed)
    if day is not None:
        return layout.WEEKDAYS[int(day)].en
    found = (find_word(words, typed) for words in _VOCABULARIES)
    return next((key for key in found if key is not None), None)
