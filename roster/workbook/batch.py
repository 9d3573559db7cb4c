"""The summary of a batch: a row a team, and a row a fault for those that must be mended."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter as letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from roster.batch.records import Line
from roster.errors import ExitCode, OutputError
from roster.outcome import STATUS_WORDS, SolveStatus
from roster.words import Text, joined
from roster.workbook import style
from roster.workbook.save import WrittenTo, place_for, save
from roster.workbook.style import BODY, HEADER, Look, Stylist

TITLE = Text("Batch", "批量求解")
_FAULTS = Text("Faults", "错误清单")
_COLUMNS = (
    (Text("team", "班组"), 30),
    (Text("result", "结果"), 12),
    (Text("people", "人数"), 8),
    (Text("status", "状态"), 12),
    (Text("short", "缺员"), 8),
    (Text("hard broken", "硬性违反"), 9),
    (Text("points", "扣分"), 9),
    (Text("bound", "下界"), 9),
    (Text("gap", "差距"), 8),
    (Text("seconds", "秒"), 8),
    (Text("processor, s", "处理器秒"), 9),
    (Text("memory, MB", "内存 MB"), 8),
    (Text("exit code", "退出码"), 7),
    (Text("what went wrong", "问题"), 70),
    (Text("solved at", "求解时间"), 16),
)
_WRONG = 13
_FAULT_COLUMNS = (
    (Text("team", "班组"), 30),
    (Text("sheet", "工作表"), 12),
    (Text("cell", "单元格"), 8),
    (Text("what", "问题"), 40),
    (Text("found", "实际"), 24),
    (Text("expected", "应为"), 36),
    (Text("try", "建议"), 40),
)
_NUMBER = BODY.but(across="center")
_LINK = BODY.but(colour=style.LEAD)
_FILLS = {ExitCode.DONE: "", ExitCode.REFUSED: style.CAUTION_FILL}
_BIG = Look(bold=True, size=18, colour=style.HEAD)
_HEAD_ROW = 5


def write_summary(
    target: str | os.PathLike,
    lines: Sequence[Line],
    folder: Path,
    *,
    lang: str,
    program: str,
    force: bool = False,
) -> WrittenTo:
    """Write the summary of a batch; beside its place where a person wrote on the last one.

    Parameters
    ----------
    target : path
        File to write, in the folder of results.
    lines : sequence of Line
        A row each.
    folder : Path
        With the teams' workbooks, for the links.
    lang : str
    program : str
        For the footer.
    force : bool
        Replace a file that the program did not write.

    Returns
    -------
    WrittenTo

    Raises
    ------
    OutputError
        When the folder cannot be written.
    """
    book = Workbook()
    stylist = Stylist(book)
    _teams(book.active, stylist, lines, folder, Path(target).parent, lang, program)
    if any(line.issues for line in lines):
        sheet = book.create_sheet(_FAULTS.to(lang))
        _faults(sheet, stylist, lines, folder, Path(target).parent, lang, program)
    place = Path(target)
    number = 2
    while not force:
        try:
            place_for(place)
            break
        except OutputError:
            if not place.is_file():
                raise
            place = place.with_name(f"{Path(target).stem} ({number}).xlsx")
            number += 1
    return save(book, place, force=force)


def totals_text(lines: Sequence[Line]) -> Text:
    """Return how many teams ended how, in a sentence."""
    codes = [line.code for line in lines]
    done = codes.count(ExitCode.DONE)
    people = sum(line.people or 0 for line in lines)
    parts = [
        Text(f"{len(lines)} teams", f"{len(lines)} 个班组"),
        Text(f"{people:,} people", f"{people:,} 人"),
        Text(f"{done} done", f"{done} 个完成"),
    ]
    short = sum(line.shortage or 0 for line in lines)
    for codes_of, what in (
        ((6,), Text(f"with hard rules broken or people short ({short} short)",
                    f"有硬性违反或缺员（共缺 {short} 人次）")),
        ((3,), Text("with faulty input", "输入有错")),
        ((4,), Text("without any possible roster", "无解")),
        ((5,), Text("nothing found in time", "限时内未找到")),
        ((1, 70), Text("crashed", "程序出错")),
        ((None,), Text("not solved", "未求解")),
    ):  # fmt: skip
        n = sum(codes.count(c) for c in codes_of)
        if n:
            parts.append(Text(f"{n} {what.en}", f"{n} 个{what.zh}"))
    return joined(parts, ", ", "，")


def _teams(
    sheet: Worksheet,
    stylist: Stylist,
    lines: Sequence[Line],
    folder: Path,
    output: Path,
    lang: str,
    program: str,
) -> None:
    """Write a row a team."""
    sheet.title = TITLE.to(lang)
    stylist.put(sheet.cell(1, 1), TITLE.to(lang), _BIG)
    sheet.row_dimensions[1].height = 28
    stylist.put(sheet.cell(2, 1), str(folder.resolve()), Look(colour=style.MUTED))
    stylist.put(sheet.cell(3, 1), totals_text(lines).to(lang), Look(bold=True, size=11))
    _header(sheet, stylist, _COLUMNS, lang, _HEAD_ROW)
    for r, line in enumerate(lines, _HEAD_ROW + 1):
        status = STATUS_WORDS[SolveStatus(line.status)].to(lang) if line.status else None
        row = [
            line.team,
            Path(line.result).name or None,
            line.people,
            status,
            line.shortage,
            line.hard,
            line.points,
            line.bound,
            line.gap,
            round(line.seconds, 1) if line.seconds else None,
            None if line.processor is None else round(line.processor, 1),
            line.memory,
            line.code,
            "\n".join([line.wrong, *line.notes]).strip() or None,
            line.at or None,
        ]
        fill = _FILLS.get(line.code, style.ALARM_FILL)
        for c, value in enumerate(row, 1):
            look = BODY if c in (1, 2, _WRONG + 1, len(row)) else _NUMBER
            if _COLUMNS[c - 1][0].en == "gap":
                look = look.but(form="0.0%")
            if fill and c in (_WRONG, _WRONG + 1):
                look = look.but(fill=fill)
            if c in (5, 6) and value:
                look = look.but(bold=True, colour=style.ALARM)
            stylist.put(sheet.cell(r, c), value, look)
        _link(sheet.cell(r, 1), stylist, folder / line.team, output)
        if line.result:
            _link(sheet.cell(r, 2), stylist, output / line.result, output)
        sheet.row_dimensions[r].height = 3 + 13 * max(
            _rows(row[0], 30), _rows(row[1], 26), _rows(row[_WRONG], 70)
        )
    last = _HEAD_ROW + len(lines)
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{letter(len(_COLUMNS))}{last}"
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    widths = [w for _, w in _COLUMNS]
    widths[1] = 26
    style.widths(sheet, widths)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = style.LEAD
    style.page(sheet, program)
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"


def _faults(
    sheet: Worksheet,
    stylist: Stylist,
    lines: Sequence[Line],
    folder: Path,
    output: Path,
    lang: str,
    program: str,
) -> None:
    """Write a row a fault."""
    _header(sheet, stylist, _FAULT_COLUMNS, lang, 1)
    keys = ("sheet", "cell", "what", "found", "expected", "hint")
    rows = [[x.team, *(i.get(k) for k in keys)] for x in lines for i in x.issues]
    for r, row in enumerate(rows, 2):
        for c, value in enumerate(row, 1):
            stylist.put(sheet.cell(r, c), value, BODY)
        _link(sheet.cell(r, 1), stylist, folder / row[0], output)
        sheet.row_dimensions[r].height = 3 + 13 * max(
            _rows(value, wide) for value, (_, wide) in zip(row, _FAULT_COLUMNS)
        )
    style.widths(sheet, [w for _, w in _FAULT_COLUMNS])
    sheet.auto_filter.ref = f"A1:{letter(len(_FAULT_COLUMNS))}{len(rows) + 1}"
    sheet.freeze_panes = "B2"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = style.ALARM
    style.page(sheet, program)
    sheet.print_title_rows = "1:1"


def _header(
    sheet: Worksheet,
    stylist: Stylist,
    columns: Sequence[tuple[Text, int]],
    lang: str,
    row: int,
) -> None:
    for c, (name, _) in enumerate(columns, 1):
        stylist.put(sheet.cell(row, c), name.to(lang), HEADER)
    sheet.row_dimensions[row].height = 32


def _rows(value: object, wide: int) -> int:
    """Return how many rows a text takes in a column."""
    lines = str(value or "").split("\n")
    return sum(max(1, -(-int(1.1 * style.text_width(x)) // wide)) for x in lines)


def _link(cell: Cell, stylist: Stylist, path: Path, output: Path) -> None:
    """Link a cell to a file, as seen from the folder of results."""
    try:
        target = quote(Path(os.path.relpath(path, output)).as_posix())
    except ValueError:  # on another drive
        target = path.resolve().as_uri()
    cell.hyperlink = target
    stylist.put(cell, cell.value, _LINK)


__all__ = ["totals_text", "write_summary"]
