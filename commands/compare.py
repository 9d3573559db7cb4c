"""The command that says which of two rosters is better."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from commands.screen import FILE, FORCE, PROGRAM, Screen, common_options, exit_codes
from constraints import REGISTRY
from roster.audit import audit
from roster.compare import COUNTS, Comparison, Score, cell_text, compare, judged_text, totals
from roster.errors import InputError, Issue
from roster.rule import LEVEL_WORDS, Level
from roster.swaps.report import violation_dict
from roster.words import Text, day_text
from roster.workbook.compare import (
    rule_heads,
    rule_row,
    shift_text,
    total_heads,
    write_comparison,
)
from roster.workbook.forms import form_place
from roster.workbook.read import Loaded, read

_MOST = 40
_STYLES = {1: "green", -1: "red", 0: "dim"}


@click.command("compare")
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@click.option("--previous", type=FILE, help="Last month's result, of both.")
@click.option("-o", "--output", type=FILE, help="Write the comparison as a workbook.")
@FORCE
@common_options
def compare_command(
    a: Path,
    b: Path,
    previous: Path | None,
    output: Path | None,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Say which of two rosters is better, for whom and by which rule. 比较两份班表。

    Example: roster compare dec.xlsx new.xlsx -o compare.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        if output is not None:
            for source in (a, b):
                what = Text("a comparison", "比较结果")
                form_place(output, source, force=force, what=what)
        first, second = _read(screen, a, b, previous)
        found = compare(audit(first.roster, first.rules), audit(second.roster, second.rules))
        written = None
        if output is not None:
            written = write_comparison(
                output,
                found,
                (a.name, b.name),
                lang=lang or second.language,
                program=PROGRAM,
                force=force,
            )
            for text in written.notes:
                screen.err.print(text.to(screen.lang), style="yellow", markup=False)
        if as_json:
            body = comparison_dict(found, screen.lang)
            if written is not None:
                body["output"] = str(written.path)
            screen.answer(body)
            return
        _print(screen, found, (a.name, b.name))
        if written is not None:
            screen.say(
                screen.text(f"written: {written.path}", f"已写出：{written.path}"), "bold green"
            )


def _read(screen: Screen, a: Path, b: Path, previous: Path | None) -> tuple[Loaded, Loaded]:
    """Read both files; the faults of both together, each under its file."""
    loaded: list[Loaded] = []
    faults: list[Issue] = []
    lang = None
    for label, path in (("A", a), ("B", b)):
        try:
            loaded.append(
                read(path, REGISTRY, previous=previous, want_roster=True, hold_published=False)
            )
        except InputError as error:
            lang = lang or error.lang
            faults += [_of(issue, f"{label} {path.name}") for issue in error.issues]
    if faults:
        error = InputError(*faults)
        error.lang = lang
        raise error
    first, second = loaded
    screen.speak(second.language)
    return first, second


def _of(issue: Issue, name: str) -> Issue:
    """Return a fault with the file that it is in."""
    fields = vars(issue) | {"sheet": f"[{name}]{issue.sheet}"}
    return Issue(**fields)


# --- on the screen ------------------------------------------------------------------------


def _table(
    screen: Screen,
    title: Text,
    heads: list[str],
    rows: list[tuple[list, str]],
    words: tuple[int, ...] = (0,),
) -> None:
    """Print a table; the columns at `words` hold text, the others numbers."""
    if not rows:
        return
    table = Table(title=title.to(screen.lang))
    for i, head in enumerate(heads):
        table.add_column(head, justify="left" if i in words else "right")
    for values, style in rows:
        table.add_row(*("" if v is None else str(v) for v in values), style=style)
    screen.out.print(table)


def _print(screen: Screen, found: Comparison, names: tuple[str, str]) -> None:
    lang, text = screen.lang, screen.text
    for label, name in zip("AB", names):
        screen.say(f"{label}  {name}", "dim")
    screen.say(found.verdict.to(lang), "bold")
    for line in found.measure:
        screen.say("  " + line.to(lang), "yellow")
    if found.measure:
        screen.say("  " + judged_text(found).to(lang), "yellow")
    for line in found.inputs:
        screen.say("  " + line.to(lang))
    _table(
        screen,
        Text("totals", "合计"),
        total_heads(found, lang),
        [([name.to(lang), *values], "") for _, name, values in totals(found)],
    )
    differ = [r for r in found.rules if r.sign]
    _table(
        screen,
        Text("rules under which they differ", "有差异的规则"),
        rule_heads(lang),
        [(rule_row(found, r, lang), _STYLES[r.sign]) for r in differ],
        words=(0, len(rule_heads(lang)) - 1),
    )
    for word, audited, items in (
        (text("broken in B, not in A", "B 违反而 A 没有"), found.second, found.news.new),
        (text("broken in A, not in B", "A 违反而 B 没有"), found.a, found.news.resolved),
    ):
        for v in [v for v in items if v.level is not Level.SOFT][:_MOST]:
            level = LEVEL_WORDS[v.level].to(lang)
            screen.say(f"  {word}: [{level}] {audited.say(v, lang)}", "red")
    _print_people(screen, found)


def _print_people(screen: Screen, found: Comparison) -> None:
    """Print who is better off and who worse, then the duties that differ."""
    text = screen.text
    people = sorted(
        (p for p in found.people if p.rules and p.a and p.b),
        key=lambda p: (p.b.hard - p.a.hard, p.b.points - p.a.points),
    )
    heads = [
        text("who", "人员"),
        text("days", "天数"),
        *(Text(f"{k} A→B", f"{z} A→B").to(screen.lang)
          for k, z in (("hours", "工时"), ("nights", "夜班"), ("weekends", "周末"))),
        text("points A→B", "扣分 A→B"),
        text("better in B", "B 改善"),
        text("worse in B", "B 变差"),
    ]  # fmt: skip
    rows = []
    for p in people[:_MOST]:
        better, worse = (
            shift_text(found, [r for r in p.rules if r.sign == s], screen.lang, most=2)
            for s in (1, -1)
        )
        counts = [
            f"{p.counted_a[k]}→{p.counted_b[k]}" if p.counted_a[k] != p.counted_b[k] else ""
            for k in ("hours", "nights", "weekends")
        ]
        sign = (p.a.rank > p.b.rank) - (p.a.rank < p.b.rank)
        points = f"{p.a.points}→{p.b.points}"
        rows.append(
            ([f"{p.staff} {p.name}".strip(), p.cells, *counts, points, better, worse],
             _STYLES[sign])
        )  # fmt: skip
    _table(
        screen,
        Text("people for whom they differ", "有差异的人员"),
        heads,
        rows,
        words=(0, 6, 7),
    )
    if len(people) > _MOST:
        rest = len(people) - _MOST
        screen.say(text(f"  … and {rest} more people", f"  ……还有 {rest} 人"))
    by_person: dict[str, list[str]] = defaultdict(list)
    for c in found.cells:
        by_person[c.staff].append(
            f"{day_text(c.day).to(screen.lang)} {cell_text(c, screen.lang)}"
        )
    screen.say(
        text(
            f"{len(found.cells)} duties of {len(by_person)} people differ (A→B)",
            f"{len(by_person)} 人共 {len(found.cells)} 个班不同（A→B）",
        ),
        "bold",
    )
    for staff, changes in list(by_person.items())[:_MOST]:
        shown = ", ".join(changes[:6]) + (f" … +{len(changes) - 6}" if len(changes) > 6 else "")
        screen.say(f"  {staff}: {shown}")
    if len(by_person) > _MOST:
        rest = len(by_person) - _MOST
        screen.say(text(f"  … and {rest} more people", f"  ……还有 {rest} 人"))


# --- as plain data ------------------------------------------------------------------------


def comparison_dict(found: Comparison, lang: str) -> dict[str, Any]:
    """Return a comparison as plain data."""

    def score(s: Score | None) -> dict[str, int] | None:
        if s is None:
            return None
        return {"hard": s.hard, "advisory": s.advisory, "points": s.points}

    def rules(changes: Any) -> list[dict[str, Any]]:
        words = {1: "b", -1: "a", 0: "same"}
        return [
            {"rule": r.rule, "better": words[r.sign], "a": score(r.a), "b": score(r.b)}
            for r in changes
        ]

    sides = ("a", "b", "b_by_a")[: 2 if found.b_by_a is None else 3]
    return {
        "better": found.better,
        "because": found.because,
        "verdict": found.verdict.to(lang),
        "comparable": found.comparable,
        "judged": judged_text(found).to(lang),
        "rules_differ": [t.to(lang) for t in found.measure],
        "input_differs": [t.to(lang) for t in found.inputs],
        "totals": {
            side: {key: values[i] for key, _, values in totals(found)}
            for i, side in enumerate(sides)
        },
        "duties": [
            {"staff": c.staff, "date": c.day.isoformat(), "a": c.a, "b": c.b}
            for c in found.cells
        ],
        "rules": rules(found.rules),
        "people": [
            {
                "staff": p.staff,
                "name": p.name,
                "duties": p.cells,
                "a": score(p.a),
                "b": score(p.b),
                **{
                    key: [None if x is None else x[key] for x in (p.counted_a, p.counted_b)]
                    for key in COUNTS
                },
                "rules": rules(p.rules),
            }
            for p in found.people
        ],
        "new_violations": [violation_dict(found.second.rules, v, lang) for v in found.news.new],
        "resolved_violations": [
            violation_dict(found.a.rules, v, lang) for v in found.news.resolved
        ],
        "output": None,
    }


__all__ = ["compare_command", "comparison_dict"]
