"""How the sheets look: fonts, colours, borders, and text that never becomes a formula.

A cell's look is one frozen `Look`; the `Stylist` of a workbook turns each distinct look into
openpyxl's style once and hands the same record to every cell that has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import NamedTuple

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from roster.problem import Shift, ShiftKind

AUTHOR = "roster"
FONT = "Microsoft YaHei"

INK = "1F2933"
MUTED = "6B7785"
RULE = "D3D9E0"
STRONG = "8C98A6"
HEAD = "33475B"
PAPER = "FFFFFF"
BAND = "EDF1F5"
WEEKEND = "E6EAF0"
HOLIDAY = "F9DADB"
MOVED = "DDEFDC"
ABSENT = "C9D0D8"
PAID_LEAVE = "DCEBDD"
UNPAID_LEAVE = "EADFF0"
ALARM = "C8102E"
ALARM_FILL = "FBD9DC"
CAUTION = "C77700"
CAUTION_FILL = "FDEFD5"
LEAD = "1C5FA8"
CHANGED = "7B2D8E"

PALETTE = {
    ShiftKind.DAY: ("FFF0C2", "DDEFC4", "FFE08A", "CFE6F5", "F5E1CB", "C5E3B1"),
    ShiftKind.EVENING: ("F9CDB5", "F4B4C0", "F2A98A", "E8C3DC"),
    ShiftKind.NIGHT: ("465888", "6B7DB3", "2F3D66", "8391BF"),
    ShiftKind.DUTY: ("BFE3DF", "93CFC8", "D5ECE9", "7DBDB5"),
}

_FORMULA_STARTS = tuple("=+-@")
_SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True)
class Look:
    """How a cell looks.

    Attributes
    ----------
    bold, italic : bool
    size : float
    colour, fill : str
        ``RRGGBB``; no fill when empty.
    pattern : str
        Pattern of the fill, drawn in `STRONG` when it is not solid.
    left, top, right, bottom : str
        Border as ``style:RRGGBB``; none when empty.
    across, down : str
        Horizontal and vertical alignment.
    wrap, shrink : bool
    indent : int
    form : str
        Number format.
    """

    bold: bool = False
    italic: bool = False
    size: float = 9
    colour: str = INK
    fill: str = ""
    pattern: str = "solid"
    left: str = ""
    top: str = ""
    right: str = ""
    bottom: str = ""
    across: str = ""
    down: str = "center"
    wrap: bool = False
    shrink: bool = False
    indent: int = 0
    form: str = "General"

    def but(self, **changes: object) -> Look:
        """Return the look with some attributes changed."""
        return replace(self, **changes)

    def boxed(self, line: str, sides: Iterable[str] = _SIDES) -> Look:
        """Return the look with one border line on the given sides."""
        return replace(self, **dict.fromkeys(sides, line))


GRID = f"thin:{RULE}"
BASE = Look()
HEADER = Look(
    bold=True, colour=PAPER, fill=HEAD, across="center", wrap=True, right=f"thin:{MUTED}"
)
BODY = Look(bottom=GRID, wrap=True)


class Formula(NamedTuple):
    """A formula and the value that it has now."""

    text: str
    value: int | float


class Stylist:
    """Writes values and looks into the cells of one workbook.

    Parameters
    ----------
    book : Workbook

    Attributes
    ----------
    cached : dict of str to dict of str to number
        Per sheet and cell, the value of each formula written.
    """

    def __init__(self, book: Workbook) -> None:
        self.cached: dict[str, dict[str, int | float]] = {}
        self._made: dict[tuple[Look, bool], object] = {}
        # a style is registered through a cell of the workbook; any sheet will do
        self._sheet = SimpleNamespace(parent=book)

    def _style(self, look: Look, quoted: bool) -> object:
        key = (look, quoted)
        if key not in self._made:
            cell = Cell(self._sheet, row=1, column=1)
            cell.font = Font(
                name=FONT,
                size=look.size,
                bold=look.bold,
                italic=look.italic,
                color="FF" + look.colour,
            )
            if look.fill:
                solid = look.pattern == "solid"
                cell.fill = PatternFill(
                    look.pattern,
                    fgColor="FF" + (look.fill if solid else STRONG),
                    bgColor="FF" + look.fill,
                )
            cell.border = Border(**{s: _side(getattr(look, s)) for s in _SIDES})
            cell.alignment = Alignment(
                horizontal=look.across or ("left" if look.indent else None),
                vertical=look.down,
                wrap_text=look.wrap,
                shrink_to_fit=look.shrink,
                indent=look.indent,
            )
            cell.number_format = look.form
            cell.quotePrefix = quoted
            self._made[key] = cell._style
        return self._made[key]

    def put(self, cell: Cell, value: object, look: Look) -> Cell:
        """Write a value; text stays text whatever it begins with."""
        quoted = False
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub("", value)
            quoted = value.startswith(_FORMULA_STARTS)
        if isinstance(value, date):
            # openpyxl sets a date format on the style it finds, which may be a shared one
            cell._style = StyleArray()
        if value is not None and value != "":
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
        cell._style = self._style(look, quoted)
        return cell

    def formula(self, cell: Cell, formula: Formula, look: Look) -> Cell:
        """Write a formula of our own; its value is kept for `cached`."""
        cell.value = formula.text
        self.cached.setdefault(cell.parent.title, {})[cell.coordinate] = formula.value
        cell._style = self._style(look, False)
        return cell


def _side(line: str) -> Side:
    if not line:
        return Side()
    style, _, colour = line.partition(":")
    return Side(style=style, color="FF" + colour)


def guard_text(cell: Cell) -> None:
    """Mark carried-over text that begins like a formula so that Excel keeps it text."""
    if (
        not isinstance(cell, MergedCell)
        and cell.data_type == "s"
        and isinstance(cell.value, str)
        and cell.value.startswith(_FORMULA_STARTS)
    ):
        cell.quotePrefix = True


def ink_on(fill: str) -> str:
    """Return dark or white text, whichever reads better on the fill (WCAG contrast)."""

    def light(channel: str) -> float:
        c = int(channel, 16) / 255
        return c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4

    def luminance(colour: str) -> float:
        r, g, b = (light(colour[i : i + 2]) for i in (0, 2, 4))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    ground = luminance(fill) + 0.05
    dark = luminance(INK) + 0.05
    return INK if ground / dark >= 1.05 / ground else PAPER


def shift_colours(shifts: Iterable[Shift]) -> dict[str, str]:
    """Return the fill of each code: the sheet's colour, else one of the kind's palette."""
    used = dict.fromkeys(ShiftKind, 0)
    colours = {}
    for shift in shifts:
        if shift.colour:
            colours[shift.code] = shift.colour.lstrip("#").upper()[-6:]
            continue
        palette = PALETTE[shift.kind]
        colours[shift.code] = palette[used[shift.kind] % len(palette)]
        used[shift.kind] += 1
    return colours


def text_width(text: object) -> float:
    """Return the width of a text in Excel's column units; a Chinese character takes two."""
    text = str(text)
    if text.isascii():
        return len(text)
    return sum(2.0 if ord(c) > 0x2E7F else 1.0 for c in text)


def note(cell: Cell, lines: Iterable[str]) -> None:
    """Put a comment on a cell, below what stands there already."""
    text = "\n".join(dict.fromkeys(lines))
    if cell.comment is not None:
        text = cell.comment.text + "\n" + text
    cell.comment = Comment(text, AUTHOR)
    fit(cell.comment)


def fit(comment: Comment) -> None:
    """Make a comment's box as large as its text; openpyxl forgets the size on loading."""
    rows = sum(1 + int(text_width(line) // 44) for line in comment.text.splitlines())
    comment.width, comment.height = 300, 24 + 17 * rows


def widths(sheet: Worksheet, wide: Iterable[float]) -> None:
    """Set the widths of the first columns."""
    for column, width in enumerate(wide, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def page(
    sheet: Worksheet, left: str, *, landscape: bool = True, paper: int = 9, title: str = ""
) -> None:
    """Set up printing: one page wide, margins, footer with program name and page number.

    Parameters
    ----------
    sheet : Worksheet
    left : str
        Text at the left of the footer.
    landscape : bool
    paper : int
        Excel's number of the paper: 9 is A4, 8 is A3.
    title : str
        Above every page, of a sheet that has no title in its cells.
    """
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.45, 0.55, 0.2, 0.25
    for part, text in (
        (sheet.oddFooter.left, left.replace("&", "&&")),
        (sheet.oddFooter.center, "&P / &N"),
        (sheet.oddFooter.right, "&D"),
    ):
        part.text, part.size = text, 8
    if title:
        part = sheet.oddHeader.left
        part.text, part.size, part.font = title.replace("&", "&&"), 14, f"{FONT},Bold"
        margins.top = 0.75


def show_width(value: object) -> float:
    """Return the width that a typed value takes when shown."""
    if isinstance(value, datetime):
        return 16
    if isinstance(value, date):
        return 11
    if isinstance(value, float):
        return len(f"{value:.2f}")
    return max((text_width(line) for line in str(value).splitlines()), default=0)
