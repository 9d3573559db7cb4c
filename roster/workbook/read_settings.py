"""The Settings sheet: the period, the team, the language, holidays and rulebook."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import holidays

from roster.calendar import known_country
from roster.rule import Registry
from roster.words import Text, nearest, same
from roster.workbook import layout
from roster.workbook.book import Book, Log, Record, read_cell
from roster.workbook.cells import EMPTY, Bad, Raw, fold, read_date, read_text, unknown
from roster.workbook.layout import Column, find_word, is_none

_COUNTRY_NAMES = {"中国": "CN", "china": "CN"}
_MONTH = Text("a month, 2026-12", "月份，如 2026-12")


@dataclass
class Settings:
    """What the Settings sheet says, defaults filled in.

    Attributes
    ----------
    start, end : date or None
        None when they could not be read.
    country : str or None
        None for no holidays.
    """

    start: date | None = None
    end: date | None = None
    team: str = ""
    language: str = "zh"
    country: str | None = "CN"
    rulebook: str = "standard"
    published_until: date | None = None
    records: dict[str, Record] = field(default_factory=dict)

    def record(self, item: str) -> Record:
        """Return the row of an item."""
        return self.records[item]

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name."""
        names = ("start", "end", "team", "language", "country", "rulebook", "published_until")
        return {n: getattr(self, n) for n in names}


def _read_month(raw: Raw, column: Column, note: Any) -> date:
    """Read a month; Excel may have made a date of it."""
    value = raw.value
    if isinstance(value, (datetime, date)):
        if value.day != 1:
            raise Bad(
                Text("a day where a month belongs", "应填月份却填了日期"),
                _MONTH,
                same(f"{value:%Y-%m}"),
            )
        return date(value.year, value.month, 1)
    match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:月|[-/.]0?1)?", fold(raw.text))
    if not match or not isinstance(value, str):
        raise Bad(Text("no month", "不是月份"), _MONTH)
    year, month = int(match[1]), int(match[2])
    if not (1 <= month <= 12 and 1990 <= year < 2200):
        raise Bad(Text("there is no such month", "没有这个月份"), _MONTH)
    return date(year, month, 1)


def _read_country(raw: Raw, column: Column, note: Any) -> str:
    """Read a country code; "" for none."""
    text = fold(raw.text)
    if is_none(text):
        return ""
    code = _COUNTRY_NAMES.get(text.casefold(), text.upper())
    if known_country(code):
        return code
    known = list(holidays.list_supported_countries())
    expected = Text("a country code such as CN, or none", "国家代码，如 CN；或 无")
    raise unknown(Text("unknown country", "未知的国家"), text, known, expected)


def _read_language(raw: Raw, column: Column, note: Any) -> str:
    key = find_word(column.options, raw.text)
    if key is None:
        spelled = [w for o in column.options for w in (o.en, *o.also)]
        near = nearest(raw.text, spelled)
        raise Bad(
            Text("unknown language", "未知的语言"),
            same("zh, en"),
            same(find_word(column.options, near)) if near else EMPTY,
        )
    return key


def read_settings(book: Book, log: Log, registry: Registry, lang: str) -> Settings:
    """Read the Settings sheet.

    Parameters
    ----------
    book : Book
    log : Log
    registry : Registry
        Knows the rulebooks.
    lang : str
        The default language: that of the sheets' names.
    """
    out = Settings(language=lang)
    table = book.tables.get("settings")
    if table is None or not table.complete:
        return out

    def read_rulebook(raw: Raw, column: Column, note: Any) -> str:
        ids = {b.id.casefold(): b.id for b in registry.rulebooks}
        text = fold(raw.text)
        if text.casefold() not in ids:
            raise unknown(Text("unknown rulebook", "未知的制度"), text, list(ids.values()))
        return ids[text.casefold()]

    readers = {
        "month": _read_month,
        "country": _read_country,
        "choice": _read_language,
        "rulebook": read_rulebook,
        "date": read_date,
        "text": read_text,
    }
    values: dict[str, Any] = {}
    bad: set[str] = set()
    for row in table.rows:
        record = Record(row, log, {})
        item = read_cell(record, table.layout.column("item"), row.raw("item"), read_text)
        record.set("item", item)
        if record.bad("item"):
            continue
        column = layout.find_setting(record["item"])
        if column is None:
            names = [n for c in layout.SETTINGS for n in (c.en, c.zh)]
            record.fault(
                "item",
                Text("an unknown item is not read", "未知的项目，未读取"),
                hint=same(nearest(record["item"], names) or ""),
                note=True,
            )
            continue
        if column.key in out.records:
            record.fault("item", Text("the item is there twice", "项目重复"))
            continue
        out.records[column.key] = record
        parse = readers[column.type]

        def shaped(raw: Raw, _: Column, note: Any, parse=parse, column=column) -> Any:
            return parse(raw, column, note)

        value = read_cell(record, table.layout.column("value"), row.raw("value"), shaped)
        record.set("value", value)
        if record.bad("value"):
            bad.add(column.key)
        elif record["value"] is not None:
            values[column.key] = record["value"]
    _period(out, values, bad, log, table)
    out.team = values.get("team", "")
    out.language = values.get("language", lang)
    out.country = values.get("holidays", "CN") or None
    out.rulebook = values.get("rulebook", "standard")
    out.published_until = values.get("published_until")
    return out


def _period(out: Settings, values: dict[str, Any], bad: set[str], log: Log, table: Any) -> None:
    """Set first and last day from the month, or from start and end date."""
    month, start, end = (values.get(k) for k in ("month", "start_date", "end_date"))
    if start is not None and end is not None and start > end:
        out.record("start_date").fault(
            "value",
            Text("start date is after end date", "开始日期晚于结束日期"),
            Text(f"a date up to {end}", f"不晚于 {end} 的日期"),
        )
        return
    if start is not None and end is not None and (end - start).days >= layout.MAX_DAYS:
        out.record("start_date").fault(
            "value",
            Text("the period is longer than a year", "排班期超过一年"),
            Text(f"at most {layout.MAX_DAYS} days", f"最多 {layout.MAX_DAYS} 天"),
        )
        return
    if month is not None:
        last = month.replace(day=monthrange(month.year, month.month)[1])
        if (start is not None and start != month) or (end is not None and end != last):
            out.record("month").fault(
                "value",
                Text(
                    "month and start/end date contradict each other", "月份与开始/结束日期矛盾"
                ),
                Text(f"{month}..{last}, or no month", f"{month}..{last}，或不填月份"),
                found=f"{month:%Y-%m}; {start or '…'}..{end or '…'}",
            )
            return
        out.start, out.end = month, last
    elif start is not None and end is not None:
        out.start, out.end = start, end
    elif not bad & {"month", "start_date", "end_date"}:
        given = next((k for k in ("start_date", "end_date") if k in values), None)
        what = Text("there is no month", "没有填写月份")
        expected = Text("month, or start date and end date", "月份，或开始日期和结束日期")
        hint = same("month = 2026-12")
        if given:
            what = Text("start date and end date go together", "开始日期和结束日期须同时填写")
            out.record(given).fault("value", what, expected)
        elif "month" in out.records:
            out.record("month").fault("value", what, expected, hint)
        else:
            log.fault(what, table=table, expected=expected, hint=hint)
