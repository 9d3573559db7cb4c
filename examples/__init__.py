"""Example teams, each built by the script in its folder.

>>> from examples import EXAMPLES, tables
>>> sorted(tables("telecom"))[:3]
['calendar', 'carry_over', 'demand']
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

from examples._common import in_language
from roster.words import Text


class Example(NamedTuple):
    """An example team in one month.

    Attributes
    ----------
    folder : str
        Folder with the script that builds it.
    month : str
        As ``2026-12``.
    title : Text
    desk : bool
        With the month's roster, a register of swaps, wishes and leave: for HR.
    """

    folder: str
    month: str
    title: Text
    desk: bool = False


EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "base-team": Example(
            "base-team",
            "2026-10",
            Text("lead and committees in turn, 24 people", "24人轮值班长与委员制"),
        ),
        "base-team-november": Example(
            "base-team",
            "2026-11",
            Text("the base team's November, after October", "基地班组十一月（接十月结果）"),
        ),
        "base-team-december": Example(
            "base-team",
            "2026-12",
            Text("the base team's December, after November", "基地班组十二月（接十一月结果）"),
        ),
        "telecom": Example(
            "telecom",
            "2026-12",
            Text("24-hour hotline of 42, December 2026", "42人全天候热线，2026年12月"),
        ),
        "telecom-desk": Example(
            "telecom",
            "2026-12",
            Text(
                "the same December as HR finds it: roster, swaps, leave",
                "同一个十二月的换班与请假",
            ),
            desk=True,
        ),
        "telecom-october": Example(
            "telecom",
            "2026-10",
            Text("the hotline in October 2026, National Day", "热线，2026年10月（国庆）"),
        ),
        "telecom-february": Example(
            "telecom",
            "2027-02",
            Text("the hotline in February 2027, Spring Festival", "热线，2027年2月（春节）"),
        ),
        "call-load": Example(
            "call-load",
            "2026-12",
            Text(
                "service centre of 33, seats from a call file, December 2026",
                "33人客服中心，话务量定座席，2026年12月",
            ),
        ),
        "wallet": Example(
            "wallet",
            "2026-10",
            Text("night and holiday duty, time off in lieu, 12", "12人夜间与假期值班、补休"),
        ),
        "hospital-duty": Example(
            "hospital-duty",
            "2026-10",
            Text(
                "14 administrators as duty officers, fourth quarter of 2026",
                "14人医院总值班，2026年第四季度",
            ),
        ),
        "job-rotation": Example(
            "job-rotation",
            "2026-12",
            Text("desks in rotation, 20 people, December 2026", "20人岗位轮换，2026年12月"),
        ),
        "power-hotline": Example(
            "power-hotline",
            "2026-12",
            Text(
                "five crews of 24 round the clock, December 2026",
                "120人五班轮转热线，2026年12月",
            ),
        ),
        "web-centre": Example(
            "web-centre",
            "2026-12",
            Text("e-commerce contact centre of 18, December 2026", "18人电商客服，2026年12月"),
        ),
        "split-day-shop": Example(
            "split-day-shop",
            "2026-11",
            Text(
                "split day and duty, 16 people, the sale of 11 November",
                "16人两头班与值班，双十一",
            ),
        ),
        "two-shift-shop": Example(
            "two-shift-shop",
            "2026-12",
            Text(
                "early and late, three days off a month, 14 people", "14人早晚两班，每月休三天"
            ),
        ),
        "service-centre": Example(
            "service-centre",
            "2026-10",
            Text("30 people, National Day above workdays", "30人，国庆在岗多于工作日"),
        ),
        "class-assistants": Example(
            "class-assistants",
            "2026-12",
            Text("24 people in pairs, one of two every evening", "24人两两搭档，每晚至少一位"),
        ),
    }
)
"""The examples that `roster template --example` knows."""


@cache
def script(folder: str, file: str = "build") -> ModuleType:
    """Return a script of a folder, the one that builds it, as a module."""
    path = Path(__file__).parent / folder / f"{file}.py"
    name = f"examples.{folder.replace('-', '_')}_{file}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def tables(name: str, lang: str = "zh") -> dict[str, list[dict[str, Any]]]:
    """Return the input sheets of an example.

    Parameters
    ----------
    name : str
        A key of `EXAMPLES`.
    lang : str
        ``"zh"`` or ``"en"``.

    Returns
    -------
    dict
        Sheet key to rows, each a dict from column key to value; see
        ``roster.workbook.layout``.

    Raises
    ------
    KeyError
        When there is no such example.
    """
    example = EXAMPLES[name]
    made = script(example.folder).tables(example.month, lang)
    if example.desk:
        desk = script(example.folder, "desk")
        more = {
            "swaps": desk.register(),
            "swap_wishes": desk.wishes(),
            "leave": desk.leave(),
        }
        for sheet, rows in in_language(more, lang).items():
            made[sheet] = [*made[sheet], *rows]
    return made


def cells(name: str) -> dict[str, tuple[str | None, ...]] | None:
    """Return an example's roster by staff id, a code or None a day; None without one."""
    example = EXAMPLES[name]
    return script(example.folder, "desk").cells() if example.desk else None
