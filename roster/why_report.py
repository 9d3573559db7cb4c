"""What is said of a duty, of stand-ins and of wishes: in both languages and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from roster.problem import Problem
from roster.rule import RuleSet, Violation
from roster.stand_ins import Refused, StandIn, StandIns
from roster.swaps.report import named, violation_dict
from roster.what_if import Change, WhatIf, breaks_text, points_text, said
from roster.why import Alternative, Price, Why
from roster.wishes import WishCount, WishResult, want_text
from roster.words import Text, day_text, joined, same
from roster.workbook.counts import CoverLine
from roster.workbook.layout import LEAVE_KINDS, word_text

_IDS = 8
"""Ids named in a line before the rest are counted."""

OFF = Text("off", "休")


def code_text(code: str | None) -> Text:
    """Return a cell's content: a code or a day off."""
    return OFF if code is None else same(code)


def ids_text(problem: Problem, people: Iterable[int]) -> Text:
    """Return staff ids, the first few by name."""
    ids = [problem.employees[p].id for p in people]
    shown, more = ids[:_IDS], len(ids) - _IDS
    if more > 0:
        return Text(
            f"{', '.join(shown)} and {more} more", f"{'、'.join(shown)} 等 {len(ids)} 人"
        )
    return Text(", ".join(shown), "、".join(shown))


# --- one cell --------------------------------------------------------------------------------


def heading(problem: Problem, found: Why) -> Text:
    """Return whose cell it is and what stands there."""
    day, who = problem.date_of(found.d), named(problem, found.e)
    what = Text("day off", "休息")
    if found.leave is not None:
        kind = word_text(LEAVE_KINDS, found.leave.kind.value)
        what = Text(f"{kind.en} leave", kind.zh)
    if found.code is not None:
        name = problem.shift_by_code[found.code].name
        what = Text(
            f"{found.code} ({name})" if name else found.code,
            f"{found.code}（{name}）" if name else found.code,
        )
    on = day_text(day)
    return Text(
        f"{who}, {on.en} {day.year}: {what.en}", f"{who}，{day.year}年{on.zh}：{what.zh}"
    )


def verdict(rules: RuleSet, found: Why) -> Text:
    """Return the answer in one sentence: whether the cell could be different."""
    as_well = found.could_be
    if as_well:
        best = as_well[0]
        code, saved = code_text(best.code), -best.change.cost
        more = [a for a in as_well[1:] if a.change.cost == best.change.cost]
        codes = joined((code, *(code_text(a.code) for a in more)), " or ", "或")
        if saved:
            points = f"{saved} point{'s' * (saved > 1)}"
            return Text(
                f"it need not be so: with {codes.en} instead the roster would have {points} "
                "fewer and every rule be kept",
                f"并非必须：改为{codes.zh}，扣分反而减少 {saved} 分，且不违反任何规则",
            )
        return Text(
            f"0 points: it could as well be {codes.en}", f"0 分之差：改为{codes.zh}也一样"
        )
    if not found.alternatives:
        return Text("no shift is open to the person", "没有可上的班次")
    off = next((a for a in found.alternatives if a.code is None), None)
    if off is not None:
        return joined((_off_alone(off.change), *_off_with_others(found)))
    best = found.alternatives[0]
    if best.change.breaks:
        return Text(
            "any duty that day would break a rule, all else as it stands",
            "其余不变时，当天排任何班都会违反规则",
        )
    return Text(
        f"the cheapest duty, {best.code}, would cost {_points(best.change.cost).en}, all else "
        "as it stands",
        f"其余不变时，代价最小的班 {best.code} 也要多扣 {best.change.cost} 分",
    )


def _off_alone(change: Change) -> Text:
    if change.breaks:
        return Text(
            "the day off would break a rule unless somebody else changes too",
            "若改休而他人不动，将违反规则",
        )
    return Text(
        f"the day off would cost {_points(change.cost).en}, all else as it stands",
        f"若改休而其余不变，多扣 {change.cost} 分",
    )


def _off_with_others(found: Why) -> Iterator[Text]:
    """Yield in short what the day off costs when others may change too."""
    for price in found.prices:
        if price.code is not None:
            continue
        if price.change is None:
            yield Text(
                "nothing was found with others changing either",
                "即使他人配合调整，也未找到办法",
            )
        elif price.change.cost > 0:
            yield Text(
                f"with others changing too, {_points(price.change.cost).en}",
                f"他人配合调整则多扣 {price.change.cost} 分",
            )
        else:
            yield Text(
                "with others changing too, it need cost nothing", "他人配合调整则不多扣分"
            )


def _points(n: int) -> Text:
    return Text(f"{n} point{'s' * (n != 1)}", f"{n} 分")


def seat_text(line: CoverLine) -> Text:
    """Return what a Demand row asks for and who is on duty: ``N: 5 on duty, min 3``."""
    row, what = line.row, line.row.text
    asked = [
        (Text(f"{name} {n}", f"{zh} {n}"))
        for name, zh, n in (
            ("min", "最少", row.min or None),
            ("target", "目标", row.target),
            ("max", "最多", row.max),
        )
        if n is not None
    ]
    of = joined(asked, ", ", "，")
    return Text(
        f"{what.en}: {line.on_duty} on duty, {of.en}",
        f"{what.zh}：在岗 {line.on_duty} 人，{of.zh}",
    )


def speaks(rules: RuleSet, found: Why) -> Iterator[tuple[str, Text]]:
    """Yield a mark and a line for each rule that speaks for the cell as it stands.

    Each in the words of what would be found were it different; the cheapest duty stands for
    all where it is a day off.
    """
    for rule in dict.fromkeys(v.rule for v in found.hard):
        mine = [v for v in found.hard if v.rule == rule]
        line, n = said(rules, mine[0]), len(mine) - 1
        more = Text(f" (and {n} more)", f"（另 {n} 处）") if n else Text("", "")
        title = rules[rule].title.zh
        yield "✗", Text(f"{rule}: {line.en}{more.en}", f"{title}：{line.zh}{more.zh}")
    if not found.alternatives:
        return
    instead = found.alternatives[0].change
    if found.code is not None:
        instead = next(a.change for a in found.alternatives if a.code is None)
    for rule, n in found.points.items():
        lines = instead.lines(rule) if n > 0 else ()
        why = Text("", "")
        if lines:
            dearest = said(rules, max(lines, key=lambda v: v.points))
            why = Text(f": {dearest.en}", f"：{dearest.zh}")
        sign = "+" if n > 0 else "−"
        yield (
            sign,
            Text(
                f"{rule} {_points(abs(n)).en} {'more' if n > 0 else 'fewer'}{why.en}",
                f"{rules[rule].title.zh} {'多扣' if n > 0 else '少扣'} {abs(n)} 分{why.zh}",
            ),
        )


def alternative_text(rules: RuleSet, item: Alternative) -> Text:
    """Return what else could stand there and at what price."""
    code, change = code_text(item.code), item.change
    what = (
        breaks_text(rules, change.breaks)
        if change.breaks
        else points_text(rules, change.points, change)
    )
    return Text(f"{code.en}: {what.en}", f"{code.zh}：{what.zh}")


def price_lines(what_if: WhatIf, price: Price) -> Iterator[Text]:
    """Yield the cheapest way when others may change too, or that there is none."""
    problem, rules, code = what_if.problem, what_if.rules, code_text(price.code)
    first, last = (day_text(problem.date_of(d)) for d in (price.first, price.last))
    n = len(price.people)
    within = Text(
        f"at most {price.most} cells changed, {n} other people, {first.en} to {last.en}",
        f"最多改 {price.most} 格、另 {n} 人、{first.zh}至{last.zh}",
    )
    if price.change is None:
        if price.proven:
            yield Text(
                f"{code.en}: impossible ({within.en})", f"{code.zh}：无法做到（{within.zh}）"
            )
        else:
            yield Text(
                f"{code.en}: no way found in time ({within.en})",
                f"{code.zh}：限时内未找到办法（{within.zh}）",
            )
        return
    what = points_text(rules, price.change.points)
    yield Text(f"{code.en}: {what.en}", f"{code.zh}：{what.zh}")
    yield from moves(what_if, price.change)
    if price.anyway:
        yield Text(
            f"the roster is not the best possible: {_points(price.anyway).en} can be saved "
            "with this cell as it is",
            f"当前排班并非最优：这一格不动，也能少扣 {price.anyway} 分",
        )
    yield (
        Text(f"proven the cheapest: {within.en}", f"已证明代价最小：{within.zh}")
        if price.proven
        else Text(
            f"the cheapest found, not proven: {within.en}",
            f"目前找到的最小代价（未证明）：{within.zh}",
        )
    )


def moves(what_if: WhatIf, change: Change) -> Iterator[Text]:
    """Yield a line a person: what becomes of which day."""
    problem, roster = what_if.problem, what_if.roster
    for e in sorted({e for e, _ in change.cells}):
        mine = []
        for (p, d), code in sorted(change.cells.items()):
            if p == e:
                day = day_text(problem.date_of(d))
                old, new = code_text(roster.code(p, d)), code_text(code)
                mine.append(
                    Text(f"{day.en} {new.en} (was {old.en})", f"{day.zh} {old.zh}→{new.zh}")
                )
        who, what = named(problem, e), joined(mine, ", ", "，")
        yield Text(f"{who}: {what.en}", f"{who}：{what.zh}")


def why_dict(what_if: WhatIf, found: Why, lang: str, top: int) -> dict[str, Any]:
    """Return what there is to say of a cell as plain data."""
    problem, rules = what_if.problem, what_if.rules
    return {
        "staff": problem.employees[found.e].id,
        "date": problem.date_of(found.d).isoformat(),
        "shift": found.code,
        "leave": None if found.leave is None else found.leave.kind.value,
        "answer": verdict(rules, found).to(lang),
        "seats": [
            {
                "row": line.row.text.to(lang),
                "min": line.row.min,
                "target": line.row.target,
                "max": line.row.max,
                "on_duty": line.on_duty,
            }
            for line in found.seats
        ],
        "speaks_for": {
            "new_violations": [violation_dict(rules, v, lang) for v in found.hard],
            "points": dict(found.points),
        },
        "alternatives": [
            {"shift": a.code, **change_dict(rules, a.change, lang)} for a in found.alternatives
        ],
        "not_open": list(found.closed),
        "wishes": [
            {"want": want_text(r).to(lang), "met": r.met_by(found.code)} for r in found.wishes
        ],
        "prices": [_price_dict(what_if, p, lang) for p in found.prices],
        "others": None
        if found.others is None
        else stand_ins_dict(what_if, found.others, lang, top),
    }


def _price_dict(what_if: WhatIf, price: Price, lang: str) -> dict[str, Any]:
    problem = what_if.problem
    body: dict[str, Any] = {
        "shift": price.code,
        "found": price.change is not None,
        "proven": price.proven,
        "people": [problem.employees[p].id for p in price.people],
        "from": problem.date_of(price.first).isoformat(),
        "to": problem.date_of(price.last).isoformat(),
        "most_cells": price.most,
        "saved_anyway": price.anyway,
    }
    if price.change is not None:
        body |= {
            "changes": changes_list(what_if, price.change),
            **change_dict(what_if.rules, price.change, lang),
        }
    return body


def changes_list(what_if: WhatIf, change: Change) -> list[dict[str, Any]]:
    """Return the cells that change as plain data."""
    problem = what_if.problem
    return [
        {
            "staff": problem.employees[e].id,
            "date": problem.date_of(d).isoformat(),
            "from": what_if.roster.code(e, d),
            "to": code,
        }
        for (e, d), code in sorted(change.cells.items())
    ]


def change_dict(rules: RuleSet, change: Change, lang: str) -> dict[str, Any]:
    """Return what a change does to the audit as plain data."""
    return {
        "points": change.cost,
        "points_by_rule": dict(change.points),
        "new_violations": _violations(rules, change.news.new, lang),
        "resolved_violations": _violations(rules, change.news.resolved, lang),
    }


def _violations(rules: RuleSet, found: Iterable[Violation], lang: str) -> list[dict[str, Any]]:
    return [violation_dict(rules, v, lang) for v in found]


# --- stand-ins -------------------------------------------------------------------------------


def candidate_text(problem: Problem, item: StandIn) -> Text:
    """Return who steps in, and who has to change with them."""
    who = named(problem, item.e)
    for q, code in item.others.items():
        other = named(problem, q)
        return Text(f"{who}, with {other} taking {code}", f"{who}（{code} 由 {other} 接）")
    return same(who)


def refused_lines(
    problem: Problem, rules: RuleSet, refused: Iterable[Refused]
) -> Iterator[Text]:
    """Yield a line for those who cannot for the same reason: how many, why, who."""
    groups: dict[tuple[str, str], list[Refused]] = {}
    for r in refused:
        kind = r.kind if r.kind in ("same", "leave", "away") else "rule"
        groups.setdefault((kind, r.rule if kind == "rule" else ""), []).append(r)
    order = {"same": 0, "leave": 1, "away": 2, "rule": 3}
    for (kind, rule), group in sorted(
        groups.items(), key=lambda g: (order[g[0][0]], -len(g[1]))
    ):
        n, who = len(group), ids_text(problem, (r.e for r in group))
        first = group[0].evidence
        head = {
            "same": Text(f"{n} on that very duty already", f"{n} 人当天已上该班"),
            "leave": Text(f"{n} on leave", f"{n} 人请假"),
            "away": Text(f"{n} not employed that day", f"{n} 人当天不在职"),
        }.get(kind)
        if head is None:
            title = rules[rule].title.zh
            head = Text(f"{n} by {rule} ({first.en})", f"{n} 人因“{title}”（{first.zh}）")
        yield Text(f"{head.en}: {who.en}", f"{head.zh}：{who.zh}")


def nearest_text(problem: Problem, rules: RuleSet, item: Refused) -> Text:
    """Return what would have to give way so that somebody could step in."""
    who, what = named(problem, item.e), breaks_text(rules, item.against)
    return Text(f"nearest: {who} could but for {what.en}", f"最接近：{who}，只差 {what.zh}")


def stand_ins_dict(
    what_if: WhatIf, found: StandIns, lang: str, top: int | None = None
) -> dict[str, Any]:
    """Return who can step in and who cannot as plain data."""
    problem, rules = what_if.problem, what_if.rules
    near = found.nearest
    return {
        "candidates": [
            {
                "staff": problem.employees[c.e].id,
                "others": [
                    {"staff": problem.employees[q].id, "shift": code}
                    for q, code in c.others.items()
                ],
                "score": c.score,
                "reasons": [r.to(lang) for r in c.reasons],
                "changes": changes_list(what_if, c.change),
                **change_dict(rules, c.change, lang),
            }
            for c in found.candidates[:top]
        ],
        "refused": [
            {
                "staff": problem.employees[r.e].id,
                "kind": r.kind,
                "rule": r.rule,
                "evidence": r.evidence.to(lang),
                "rules": list(dict.fromkeys(v.rule for v in r.against)) or [r.rule],
            }
            for r in found.refused
        ],
        "unavoidable": _violations(rules, found.unavoidable, lang),
        "nearest": None
        if near is None
        else {
            "staff": problem.employees[near.e].id,
            "rules": list(dict.fromkeys(v.rule for v in near.against)),
            "message": nearest_text(problem, rules, near).to(lang),
        },
    }


# --- wishes ----------------------------------------------------------------------------------


def wish_text(wish: WishResult) -> Text:
    """Return a wish with what became of it."""
    day, want, has = day_text(wish.request.day), want_text(wish.request), code_text(wish.code)
    if wish.met:
        return Text(f"{day.en}: {want.en}", f"{day.zh}：{want.zh}")
    return Text(
        f"{day.en}: {want.en}, has {has.en}: {wish.against.en}",
        f"{day.zh}：{want.zh}，实为 {has.zh}：{wish.against.zh}",
    )


def wishes_dict(
    what_if: WhatIf, results: Iterable[WishResult], counts: Iterable[WishCount], lang: str
) -> dict[str, Any]:
    """Return what became of all wishes as plain data."""
    problem, rules = what_if.problem, what_if.rules
    results = tuple(results)
    return {
        "wishes": [
            {
                "staff": w.request.staff,
                "date": w.request.day.isoformat(),
                "want": want_text(w.request).to(lang),
                "weight": w.weight,
                "met": w.met,
                "shift": w.code,
                "because": w.against.to(lang),
                "would_break": []
                if w.change is None
                else [violation_dict(rules, v, lang) for v in w.change.breaks],
            }
            for w in results
        ],
        "people": [
            {
                "staff": problem.employees[c.e].id,
                "met": c.met,
                "missed": c.missed,
                "total_met": c.total_met,
                "total_missed": c.total_missed,
            }
            for c in counts
        ],
        "met": sum(w.met for w in results),
        "missed": sum(not w.met for w in results),
    }
