"""Example teams, each built by the script in its folder.

>>> from examples import EXAMPLES, tables
>>> sorted(EXAMPLES)
['telecom', 'telecom-february', 'telecom-october', 'web-centre']
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

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
    """

    folder: str
    month: str
    title: Text


EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "telecom": Example(
            "telecom",
            "2026-12",
            Text("24-hour hotline of 42, December 2026", "42人全天候热线，2026年12月"),
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
        "web-centre": Example(
            "web-centre",
            "2026-12",
            Text("e-commerce contact centre of 18, December 2026", "18人电商客服，2026年12月"),
        ),
    }
)
"""The examples that `roster template --example` knows."""


@cache
def script(folder: str) -> ModuleType:
    """Return the building script of a folder as a module."""
    path = Path(__file__).parent / folder / "build.py"
    name = f"examples.{folder.replace('-', '_')}_build"
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
    return script(example.folder).tables(example.month, lang)
