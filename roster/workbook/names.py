"""Who and which shift a cell means: people by id or unique name, shifts by code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from roster.problem import Want
from roster.words import Text
from roster.workbook import cells, layout
from roster.workbook.cells import (
    UNKNOWN_STAFF,
    Bad,
    Quiet,
    Raw,
    fold,
    split_list,
    strip,
    unknown,
)
from roster.workbook.layout import Column

_CODE_OR_OFF = Text("a shift code, or off", "班次代码，或 休")


@dataclass
class Names:
    """The people and shifts of a file.

    Attributes
    ----------
    staff_known, codes_known : bool
        False when the sheet is missing or has no rows that could be read: names are then
        not judged, since the fault is elsewhere.
    """

    ids: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)
    staff_known: bool = False
    codes_known: bool = False

    def add_person(self, person: str, name: str) -> bool:
        """Add a person; False when the id is taken."""
        key = fold(person).casefold()
        if key in self.ids:
            return False
        self.ids[key] = person
        if name:
            self.by_name.setdefault(fold(name).casefold(), []).append(person)
            self.spelled.setdefault(fold(name).casefold(), name)
        return True

    def person(self, text: str) -> str:
        """Return the id that an id or a name means."""
        if not self.staff_known:
            raise Quiet
        key = fold(text).casefold()
        if key in self.ids:
            return self.ids[key]
        named = self.by_name.get(key, [])
        if len(named) == 1:
            return named[0]
        if named:
            shown = ", ".join(named)
            raise Bad(
                Text("several people have this name", "有多人同名"),
                Text(f"one of the ids {shown}", f"以下工号之一：{shown}"),
            )
        known = [*self.ids.values(), *self.spelled.values()]
        expected = Text("an id or name of the Staff sheet", "人员表中的工号或姓名")
        raise unknown(UNKNOWN_STAFF, text, known, expected)

    def code(self, text: str, what: Text | None = None) -> str:
        """Return the code of the catalogue that was typed; letter case only where needed."""
        if not self.codes_known:
            raise Quiet
        text = strip(text)
        if text in self.codes:
            return text
        wanted = fold(text).casefold()
        hits = [c for c in self.codes if fold(c).casefold() == wanted]
        if len(hits) == 1:
            return hits[0]
        raise unknown(what or Text("unknown shift", "未知的班次"), text, list(self.codes))

    def code_list(self, text: str) -> frozenset[str]:
        """Return the codes of a list."""
        parts = split_list(text)
        if not parts:
            raise Bad(Text("no shift code", "没有班次代码"), Text("codes: D,E", "代码：D,E"))
        return frozenset(self.code(p) for p in parts)

    def duty(self, text: str) -> str | None:
        """Return a code, or None for a day off."""
        return None if layout.is_off(text) else self.code(text)

    def duty_or_leave(self, text: str) -> str | None:
        """Return a code, or None for a day off or a day of leave."""
        if layout.find_word(layout.LEAVE_KINDS, text):
            return None
        return self.duty(text)

    # --- parsers of column types ----------------------------------------------------------

    def read_staff(self, raw: Raw, column: Column, note: Callable) -> str:
        """Read a person."""
        return self.person(cells.read_id(raw, column, note))

    def known_staff(self, raw: Raw, column: Column, note: Callable) -> str | None:
        """Read a person, None for somebody who is not on the list."""
        try:
            return self.read_staff(raw, column, note)
        except Bad:
            return None

    def read_code(self, raw: Raw, column: Column, note: Callable) -> str:
        """Read one code."""
        return self.code(cells.read_id(raw, column, note))

    def read_codes(self, raw: Raw, column: Column, note: Callable) -> frozenset[str]:
        """Read a list of codes."""
        return self.code_list(cells.read_id(raw, column, note))

    def read_duty(self, raw: Raw, column: Column, note: Callable) -> tuple[str | None]:
        """Read a code or a day off; returned in a tuple, since None is a value here."""
        text = cells.read_id(raw, column, note)
        if layout.is_off(text):
            return (None,)
        try:
            return (self.code(text),)
        except Bad as bad:
            raise Bad(bad.what, self._or_off(bad.expected), bad.hint) from None

    def read_past_duty(self, raw: Raw, column: Column, note: Callable) -> tuple[str | None]:
        """Read a duty of the past, where a kind of leave stands for a day off."""
        text = cells.read_id(raw, column, note)
        if layout.find_word(layout.LEAVE_KINDS, text):
            return (None,)
        return self.read_duty(raw, column, note)

    @staticmethod
    def _or_off(codes: Text) -> Text:
        return Text(f"{codes.en}, off", f"{codes.zh}、休") if codes.en else _CODE_OR_OFF

    def read_want(self, raw: Raw, column: Column, note: Callable) -> tuple[Want, str | None]:
        """Read what a wish asks for."""
        text = cells.read_id(raw, column, note)
        if text in self.codes:
            return Want.SHIFT, text
        want, typed = cells.split_want(fold(text))
        if typed is None:
            return want, None
        try:
            return want, self.code(typed)
        except Bad as bad:
            more = Text(
                f"{bad.expected.en}; off; or not and a code",
                f"{bad.expected.zh}；休；或 不上 加代码",
            )
            raise Bad(Text("unknown wish", "未知的意愿"), more, bad.hint, text) from None

    def read_limits(self, raw: Raw, column: Column, note: Callable) -> dict[str, int]:
        """Read ``N=4;E=10``."""
        expected = Text("code=number pairs, N=4;E=10", "代码=次数，如 N=4;E=10")
        limits: dict[str, int] = {}
        if isinstance(raw.value, (int, float)):
            raise Bad(Text("no shift limits", "不是班次上限"), expected)
        for part in split_list(fold(cells.read_id(raw, column, note))):
            typed, sign, count = part.rpartition("=")
            if not sign:
                typed, sign, count = part.rpartition(":")
            if not sign or not re.fullmatch(r"\s*-?\d{1,6}\s*", count):
                raise Bad(Text("no shift limits", "不是班次上限"), expected)
            if int(count) < 0:
                raise Bad(Text("a negative number", "不能为负数"), expected, found=part)
            code = self.code(typed)
            if limits.setdefault(code, int(count)) != int(count):
                raise Bad(
                    Text("two limits for one shift", "同一班次有两个上限"), expected, found=part
                )
        return limits

    def read_take(
        self, raw: Raw, column: Column, note: Callable
    ) -> tuple[tuple[date, date, str | None], ...]:
        """Read dates, or ``date:code``; returns (first, last, code or None)."""
        expected = Text(
            "dates, or 2026-12-05:D, separated by commas", "日期，或 2026-12-05:D，用逗号分隔"
        )
        if not isinstance(raw.value, str):
            day = cells.read_date(raw, column, note, expected)
            return ((day, day, None),)
        out = []
        for part in split_list(fold(raw.value)):
            days, _, typed = part.partition(":")
            first, last, _ = cells.parse_span(days, expected)
            out.append((first, last, self.code(typed) if typed.strip() else None))
        return tuple(out)

    def readers(self) -> dict[str, Callable]:
        """Return the parser of every column type."""
        return {
            **cells.READERS,
            "staff": self.read_staff,
            "code": self.read_code,
            "codes": self.read_codes,
            "duty": self.read_duty,
            "want": self.read_want,
            "limits": self.read_limits,
            "take": self.read_take,
            "rule": cells.read_id,
            "parameter": cells.read_id,
            "value": cells.read_text,
        }
