"""What an explanation says: as lines for people and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from roster.explain import Conflict, Explanation, Verdict, WayOut
from roster.explain.conflict import Grain
from roster.words import Text, joined, same

_VERDICTS = {
    Verdict.FULL: Text(
        "there is a roster with full cover; nothing is in the way",
        "存在满足全部最少人数的排班表，没有冲突",
    ),
    Verdict.SHORT: Text(
        "no roster has full cover; the hard rules can be kept with people short",
        "无法满足全部最少人数；其余硬性规则可以满足，但会缺员",
    ),
    Verdict.INFEASIBLE: Text("no roster keeps every hard rule", "没有排班表能满足全部硬性规则"),
    Verdict.UNDECIDED: Text(
        "not decided in time whether there is a roster: give more --time",
        "限时内未能判定是否有排班表，请加大 --time",
    ),
}
_NOT_FULL = Text(
    "no roster has full cover (proven); whether there is one with people short was not decided "
    "in time",
    "已证明无法满足全部最少人数；限时内未判定缺员时能否排出",
)
_GRAINS = {
    Grain.CLAUSE: Text("proven; none of it can be left out", "已证明，且缺一不可"),
    Grain.PLACE: Text(
        "proven; nothing that a rule asks of a person or on a day can be left out",
        "已证明；每条规则对每人、每天的要求缺一不可",
    ),
    Grain.RULE: Text(
        "proven; none of the rules can be left out, single days and people perhaps",
        "已证明；每条规则缺一不可，个别日期或人员也许可以去掉",
    ),
    Grain.NONE: Text(
        "proven; perhaps not all of it is needed (time ran out)",
        "已证明；时间用尽，也许并非每一条都必需",
    ),
}


def span(days: Iterable[date]) -> str:
    """Return days as ``2026-12-24``, ``first..last`` where they are more, a list else."""
    days = sorted(set(days))
    if len(days) < 2:
        return days[0].isoformat() if days else ""
    if (days[-1] - days[0]).days + 1 == len(days) or len(days) > 6:
        return f"{days[0]}..{days[-1]}"
    return ", ".join(map(str, days))


def title(conflict: Conflict, *, again: bool = False) -> Text:
    """Say that the lines below cannot go together, and how minimal they are.

    With `again` the conflict has been told, and this is more of it.
    """
    grain = _GRAINS[conflict.grain]
    if conflict.counted:
        grain = Text(
            grain.en.replace("proven", "proven by counting", 1),
            grain.zh.replace("已证明", "已按总量证明", 1),
        )
    times = len(conflict.cores)
    alike = Text("", "")
    if times > 1:
        alike = Text(f", {times} times alike", f"，同样情形 {times} 处")
    also = Text("nor can", "同样，以下各条也") if again else Text("these cannot", "以下各条")
    these = " these" if again else ""
    return Text(
        f"{also.en}{these} go together{alike.en} ({grain.en})",
        f"{also.zh}不能同时满足{alike.zh}（{grain.zh}）",
    )


def verdict_text(why: Explanation) -> Text:
    """Say what is known about the month, and whether all of it is explained."""
    said = _VERDICTS[why.verdict]
    if why.verdict is Verdict.UNDECIDED and why.conflicts:
        said = _NOT_FULL
    if not why.conflicts:
        if why.verdict in (Verdict.FULL, Verdict.UNDECIDED):
            return said
        return Text(
            f"{said.en}; no conflict was found in {why.seconds:.0f} s: give more --time",
            f"{said.zh}；{why.seconds:.0f} 秒内未找到冲突，请加大 --time",
        )
    if why.complete:
        return Text(
            f"{said.en}; without what the conflicts name there would be one",
            f"{said.zh}；去掉冲突中所列的要求即可排出",
        )
    return Text(
        f"{said.en}; there may be more conflicts than these",
        f"{said.zh}；除所列冲突外可能还有其他冲突",
    )


def way_text(why: Explanation, way: WayOut) -> Text:
    """Say what is changed and what it leads to."""
    change, then = way.change.text, outcome_text(why, way)
    return Text(f"{change.en} — {then.en}", f"{change.zh}——{then.zh}")


def outcome_text(why: Explanation, way: WayOut) -> Text:
    """Say what a change leads to: what is proven, nothing else."""
    if way.whole_month:
        return Text("then the month has a roster with full cover", "这样全月即可排出且不缺员")
    gone = _numbers(way.resolves)
    said = Text(f"resolves {gone.en}", f"解决{gone.zh}")
    if way.stays:
        rest, s = _numbers(way.stays), "s" if len(way.stays) == 1 else ""
        said = Text(f"{said.en}, but {rest.en} remain{s}", f"{said.zh}，但{rest.zh} 仍在")
    then = _then(why, way)
    return Text(f"{said.en}; {then.en}", f"{said.zh}；{then.zh}")


def _numbers(numbers: Iterable[int]) -> Text:
    """Return conflicts by their numbers, runs as one: ``conflicts 1 to 7, 9``."""
    runs: list[list[int]] = []
    for n in sorted(numbers):
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    parts = []
    for run in runs:
        if len(run) > 2:
            parts.append(Text(f"{run[0]} to {run[-1]}", f"{run[0]} 至 {run[-1]}"))
        else:
            parts += map(same, run)
    some = joined(parts, ", ", "、")
    word = "conflict" if sum(map(len, runs)) == 1 else "conflicts"
    return Text(f"{word} {some.en}", f"冲突 {some.zh}")


def _then(why: Explanation, way: WayOut) -> Text:
    """Say what is known of the whole month after a change that does not give full cover."""
    n = way.shortage
    if way.possible and n is not None:
        if way.shortage_proven and why.shortage_proven and n < why.shortage:
            return Text(
                f"{n} instead of {why.shortage} people short",
                f"缺员由 {why.shortage} 人次减为 {n} 人次",
            )
        short = short_text(n, way.shortage_proven)
        if why.verdict is Verdict.SHORT:
            return short
        return Text(f"then the month has a roster, {short.en}", f"这样全月即可排出，{short.zh}")
    if way.possible is False:
        return Text(
            "the month still has no roster without more changes",
            "全月仍需其他改动才能排出",
        )
    if way.whole_month is False:
        return Text(
            "whether the month has a roster then, with people short, was not decided in time",
            "限时内未判定这样全月（允许缺员）能否排出",
        )
    return Text(
        "whether the month has a roster then was not decided in time",
        "限时内未判定这样全月能否排出",
    )


def short_text(n: int, proven: bool) -> Text:
    """Say how many people are short; a number that is not proven is the most."""
    if proven:
        return Text(f"{n} people short", f"缺员 {n} 人次")
    return Text(f"at most {n} people short", f"缺员不超过 {n} 人次")


def _short(n: int | None, proven: bool) -> dict[str, int | None]:
    """Return a shortage for ``--json``: the fewest, or only how many at the most."""
    return {"shortage": n if proven else None, "shortage_at_most": None if proven else n}


def conflict_lines(
    number: int, conflict: Conflict, lang: str, *, again: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield a conflict line by line, each with a style for the screen."""
    yield f"{number}. {title(conflict, again=again).to(lang)}", "bold"
    for line in conflict.lines:
        cell = f"  {line.cell}" if line.cell else ""
        source = f"[{line.rule}: {line.source.to(lang)}]"
        yield f"   · {line.message.to(lang)}  {source}{cell}", ""


def lines(why: Explanation, lang: str, *, told: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the answer line by line, each with a style for the screen.

    With `told` the conflicts are on the screen already.
    """
    plain = {Verdict.FULL: "bold green", Verdict.UNDECIDED: "bold yellow"}
    yield verdict_text(why).to(lang), plain.get(why.verdict, "bold red")
    for number, conflict in enumerate(() if told else why.conflicts, 1):
        yield from conflict_lines(number, conflict, lang)
    if why.ways_out:
        head = Text(
            "ways out, one change each, every one tried by solving:",
            "解决办法（每次只改一项，均已求解验证）：",
        )
        yield head.to(lang), "bold"
    for way in why.ways_out:
        cell = f"  {way.change.cell}" if way.change.cell else ""
        yield f"   → {way_text(why, way).to(lang)}{cell}", "green" if way.whole_month else ""
    if why.conflicts and not why.ways_out:
        none = Text(
            "no single change was found to resolve one in the time given",
            "限时内未找到能解决冲突的单项改动",
        )
        yield none.to(lang), "yellow"


def explanation_dict(why: Explanation, lang: str) -> dict[str, Any]:
    """Return conflicts and ways out for ``--json``."""

    def place(cell: str) -> dict[str, str]:
        sheet, _, at = cell.rpartition("!")
        return {"sheet": sheet, "cell": at}

    return {
        "conflicts": [
            {
                "clauses": [
                    {
                        "rule": line.rule,
                        "who": ", ".join(line.who),
                        "date": span(line.when),
                        "message": line.message.to(lang),
                        "source": line.source.to(lang),
                        **place(line.cell),
                    }
                    for line in conflict.lines
                ],
                "minimal": conflict.minimal,
                "minimal_by": conflict.grain.value,
            }
            for conflict in why.conflicts
        ],
        "ways_out": [
            {
                "change": way.change.text.to(lang),
                **place(way.change.cell),
                "resolves": list(way.resolves),
                "stays": list(way.stays),
                "whole_month": way.whole_month,
                "possible": way.possible,
                **_short(way.shortage, way.shortage_proven),
                "outcome": outcome_text(why, way).to(lang),
            }
            for way in why.ways_out
        ],
        "explained": why.complete,
    }
