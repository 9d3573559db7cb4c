"""Text in both languages, and the few formats that every message shares."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

LANGUAGES = ("zh", "en")

_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Number(int):
    """A whole number that chooses its word: ``{n} {n:day|days}``."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return (one if self == 1 else many) if bar else format(int(self), spec)


class Text(NamedTuple):
    """One message in both languages.

    Attributes
    ----------
    en, zh : str
        The message. ``str.format`` fields are filled by :meth:`format`; a whole number
        chooses between two words with ``{n:day|days}``.
    """

    en: str
    zh: str

    def to(self, lang: str) -> str:
        """Return the text in `lang` (``"zh"`` or ``"en"``)."""
        return self.zh if lang == "zh" else self.en

    def format(self, **facts: object) -> Text:
        """Fill the fields; facts that are `Text` are filled language by language."""

        def fact(value: object, lang: str) -> object:
            if isinstance(value, Text):
                return value.to(lang)
            return Number(value) if type(value) is int else value

        return Text(
            *(
                self.to(lang).format(**{k: fact(v, lang) for k, v in facts.items()})
                for lang in ("en", "zh")
            )
        )


def same(text: object) -> Text:
    """Return a text that reads alike in both languages (a code, an id, a number)."""
    return Text(str(text), str(text))


def weekday_name(day: date, lang: str) -> str:
    """Return the short name of the weekday, ``Mon`` or ``周一``."""
    return _WEEKDAYS["zh" if lang == "zh" else "en"][day.weekday()]


def day_text(day: date) -> Text:
    """Return a date as people write it: ``Fri 4 Dec`` and ``12月4日周五``."""
    return Text(
        f"{weekday_name(day, 'en')} {day.day} {_MONTHS[day.month - 1]}",
        f"{day.month}月{day.day}日{weekday_name(day, 'zh')}",
    )


def month_text(day: date) -> Text:
    """Return the month of a date: ``Dec 2026`` and ``2026年12月``."""
    return Text(f"{_MONTHS[day.month - 1]} {day.year}", f"{day.year}年{day.month}月")


def joined(texts: Iterable[Text], en: str = "; ", zh: str = "；") -> Text:
    """Return several texts as one."""
    texts = tuple(texts)
    return Text(en.join(t.en for t in texts), zh.join(t.zh for t in texts))


def moment_text(moment: datetime) -> Text:
    """Return a date and time: ``Fri 4 Dec 09:00`` and ``12月4日周五 09:00``."""
    day, clock = day_text(moment.date()), f"{moment:%H:%M}"
    return Text(f"{day.en} {clock}", f"{day.zh} {clock}")


def days_text(days: Iterable[date]) -> Text:
    """Return one date, or the first and last of several."""
    days = sorted(set(days))
    if not days:
        return same("")
    if len(days) == 1:
        return day_text(days[0])
    first, last = day_text(days[0]), day_text(days[-1])
    return Text(f"{first.en} to {last.en}", f"{first.zh}至{last.zh}")


def more_days_text(days: Iterable[date]) -> Text:
    """Return the first day and how many follow: ``Fri 4 Dec and on 2 more days``"""
    first, *more = sorted(set(days))
    day = day_text(first)
    if not more:
        return day
    n = len(more)
    return Text(
        f"{day.en} and on {n} more {'day' if n == 1 else 'days'}", f"{day.zh}等 {n + 1} 天"
    )


def hours_text(minutes: int) -> str:
    """Return minutes as hours with at most two decimals: ``7.5``, ``8``."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def clock_text(minute: int) -> str:
    """Return a minute of the day as ``HH:MM``; 1440 reads ``24:00``, later ones wrap."""
    if minute > 1440:
        minute -= 1440
    return f"{minute // 60:02d}:{minute % 60:02d}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to `word`, or None when none is near."""
    table = {k.casefold(): k for k in known}
    hits = difflib.get_close_matches(str(word).casefold(), table, n=1, cutoff=0.5)
    return table[hits[0]] if hits else None
