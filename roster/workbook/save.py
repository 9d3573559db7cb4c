"""Saving a workbook so that nothing is ever lost.

The file is made beside its place under a passing name and moved there in one step. A file
that this program did not write, or that somebody saved since, is not replaced without
`force`. One that is open elsewhere or read-only is left alone; the result goes beside it.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_CORE, ARC_CUSTOM

from roster.errors import Issue, OutputError
from roster.words import Text, same

AUTHOR = "roster"
MARK = "roster-result"
_TO_COME = "0" * 8
_FORMULA = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v ?(?:/>|></v>)</c>')
_AFTER_CELLS = re.compile(
    rb"<(?:smartTags|drawing|legacyDrawing|tableParts|extLst)\b|</worksheet>"
)
_FRAGILE = {
    "xl/media/": Text("pictures", "图片"),
    "xl/charts/chart": Text("charts", "图表"),
    "xl/vbaProject": Text("macros", "宏"),
    "xl/ctrlProps/": Text("form controls", "表单控件"),
    "xl/slicers/": Text("slicers", "切片器"),
}
_NO_TRIANGLES = (
    b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1" '
    b'formula="1" formulaRange="1"/></ignoredErrors>'
)


@dataclass(frozen=True)
class WrittenTo:
    """Where a workbook was written.

    Attributes
    ----------
    path : Path
        The file really written.
    notes : tuple of Text
        What the user should know, as that it stands beside the place asked for.
    """

    path: Path
    notes: tuple[Text, ...] = ()


class _Archive(zipfile.ZipFile):
    """A zip file that adds to the parts of a workbook what openpyxl cannot write.

    Formulas get their values, so that viewers that do not calculate show them; numbers kept
    as text, as staff ids are, get no warning triangles; the custom properties come last, with
    the print of the content.
    """

    _held: bytes | None = None
    cached: Mapping[str, Mapping[str, float]] = {}

    def write(self, filename, arcname=None, *args, **kwargs):
        if not str(arcname).startswith("xl/worksheets/"):
            return super().write(filename, arcname, *args, **kwargs)
        data = Path(filename).read_bytes()
        values = self.cached.get(arcname)
        if values:
            data = _FORMULA.sub(
                lambda m: (
                    b"%s<v>%s</v></c>" % (m[1], str(values[m[2].decode()]).encode())
                    if m[2].decode() in values
                    else m[0]
                ),
                data,
            )
        at = _AFTER_CELLS.search(data, data.rfind(b"</sheetData>"))
        data = data[: at.start()] + _NO_TRIANGLES + data[at.start() :]
        return super().writestr(arcname, data)

    def writestr(self, name, data, *args, **kwargs):
        if name == ARC_CUSTOM:
            self._held = data if isinstance(data, bytes) else data.encode()
        else:
            super().writestr(name, data, *args, **kwargs)

    def seal(self) -> None:
        """Write what was held back."""
        mark = _print_of(self).encode()
        super().writestr(ARC_CUSTOM, self._held.replace(_TO_COME.encode(), mark))


def _print_of(archive: zipfile.ZipFile) -> str:
    parts = sorted(
        f"{i.filename}:{i.CRC}" for i in archive.infolist() if i.filename.startswith("xl/")
    )
    return f"{zlib.crc32(chr(10).join(parts).encode()):08x}"


def untouched(path: Path) -> bool:
    """Tell whether this program wrote the file and nobody saved it since."""
    try:
        with zipfile.ZipFile(path) as archive:
            core = archive.read(ARC_CORE).decode()
            custom = archive.read(ARC_CUSTOM).decode()
            return (
                f"lastModifiedBy>{AUTHOR}<" in core
                and MARK in custom
                and _print_of(archive) in custom
            )
    except (OSError, KeyError, UnicodeDecodeError, zipfile.BadZipFile):
        return False


def place_for(
    target: str | os.PathLike, *, source: object = None, force: bool = False
) -> WrittenTo:
    """Decide where a result asked for at `target` goes, without writing anything.

    Call it before a long search too: a refusal is better heard early.

    Parameters
    ----------
    target : path
    source : path or file object, optional
        The input workbook, to word a refusal.
    force : bool
        Replace whatever stands there.

    Returns
    -------
    WrittenTo
        The target, or a free name beside it when it is open elsewhere or read-only.

    Raises
    ------
    OutputError
        When the target cannot or must not be written.
    """
    target = Path(target)
    if target.is_dir():
        _refuse(
            target,
            "is a folder",
            "是文件夹",
            "name a file ending in .xlsx",
            "请给出以 .xlsx 结尾的文件名",
        )
    if target.suffix.lower() != ".xlsx":
        _refuse(
            target,
            "the name does not end in .xlsx",
            "文件名不以 .xlsx 结尾",
            f"{target.stem}.xlsx",
            f"{target.stem}.xlsx",
        )
    folder = target.parent
    if not folder.is_dir():
        _refuse(
            target,
            "the folder does not exist",
            "文件夹不存在",
            "make the folder first or name another",
            "请先建立文件夹，或换一个位置",
        )
    # Windows marks ordinary folders read-only without meaning it
    if os.name == "posix" and not _writable(folder):
        _refuse(
            target,
            "the folder is read-only",
            "文件夹只读",
            "name another folder",
            "请换一个文件夹",
        )
    if not target.exists():
        return WrittenTo(target)
    if not force and not untouched(target):
        if _same_file(target, source):
            what = Text("would replace the input", "将覆盖输入文件")
        elif _marked(target):
            what = Text(
                "was changed by hand since this program wrote it",
                "本程序写出后已被人修改",
            )
        else:
            what = Text(
                "exists and was not written by this program", "已存在，且不是本程序所写"
            )
        _refuse(
            target,
            *what,
            "another name, or --force to replace it",
            "换一个文件名，或用 --force 覆盖",
        )
    if not _writable(target):
        return _beside(target, Text("is read-only", "只读"))
    if _open_elsewhere(target):
        return _beside(target, Text("is open in another program", "正被其他程序打开"))
    return WrittenTo(target)


def save(
    book: Workbook,
    target: str | os.PathLike,
    *,
    source: object = None,
    force: bool = False,
    cached: Mapping[str, Mapping[str, float]] | None = None,
) -> WrittenTo:
    """Save a workbook under the program's mark, whole or not at all.

    Parameters
    ----------
    book : Workbook
    target : path
    source : path or file object, optional
    force : bool
    cached : mapping, optional
        Per sheet title and cell, the value of its formula.

    Returns
    -------
    WrittenTo

    Raises
    ------
    OutputError
        See `place_for`; also when the disk refuses.
    """
    place = place_for(target, source=source, force=force)
    book.properties.creator = book.properties.lastModifiedBy = AUTHOR
    names = [p.name for p in book.custom_doc_props.props]
    if MARK in names:
        del book.custom_doc_props[MARK]
    book.custom_doc_props.append(StringProperty(name=MARK, value=_TO_COME))
    book.calculation.fullCalcOnLoad = True

    def fill(temporary: str) -> None:
        with _Archive(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            archive.cached = {
                f"xl/worksheets/sheet{i}.xml": (cached or {}).get(sheet.title, {})
                for i, sheet in enumerate(book.worksheets, 1)
            }
            ExcelWriter(book, archive).write_data()
            archive.seal()

    return _moved_in(place, fill)


def deliver(
    data: bytes, target: str | os.PathLike, *, source: object = None, force: bool = False
) -> WrittenTo:
    """Write a workbook that `save` made elsewhere, whole or not at all.

    Parameters
    ----------
    data : bytes
        Of the file.
    target : path
    source : path or file object, optional
    force : bool

    Returns
    -------
    WrittenTo

    Raises
    ------
    OutputError
        See `place_for`; also when the disk refuses.
    """
    place = place_for(target, source=source, force=force)
    return _moved_in(place, lambda temporary: Path(temporary).write_bytes(data))


def _moved_in(place: WrittenTo, fill: Callable[[str], object]) -> WrittenTo:
    """Fill a file under a passing name and move it to its place in one step."""
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(
            prefix=".roster-", suffix=".tmp", dir=place.path.parent
        )
        os.close(handle)
        fill(temporary)
        os.chmod(temporary, _mode_for(place.path))
        try:
            os.replace(temporary, os.path.realpath(place.path))
        except PermissionError:
            place = _beside(place.path, Text("is open in another program", "正被其他程序打开"))
            os.replace(temporary, place.path)
        temporary = None
    except OSError as error:
        _refuse(
            place.path,
            "cannot be written",
            "无法写入",
            f"look at disk and rights ({error.strerror})",
            f"请检查磁盘空间与权限（{error.strerror}）",
        )
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
    return place


def lost(source: object, written: Path) -> tuple[Text, ...]:
    """Say what of the input could not be carried over.

    Parameters
    ----------
    source : path or binary file object
    written : Path

    Returns
    -------
    tuple of Text
        One sentence, or nothing.
    """
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(written) as after:
        there, kept = "\n".join(before.namelist()), "\n".join(after.namelist())
        gone = [text for part, text in _FRAGILE.items() if there.count(part) > kept.count(part)]
        if any(
            b"x14:dataValidation " in before.read(name)
            for name in before.namelist()
            if name.startswith("xl/worksheets/sheet")
        ):
            gone.append(Text("drop-down lists from another sheet", "引用其他工作表的下拉列表"))
    if not gone:
        return ()
    what = Text(", ".join(t.en for t in gone), "、".join(t.zh for t in gone))
    return (
        Text(
            "not carried over from the input: {what}", "输入文件中以下内容未能保留：{what}"
        ).format(what=what),
    )


def _refuse(target: Path, en: str, zh: str, hint_en: str, hint_zh: str) -> None:
    raise OutputError(
        Issue(
            what=Text(f"{target.name}: {en}", f"{target.name}：{zh}"),
            found=str(target),
            hint=Text(hint_en, hint_zh),
        )
    )


def _writable(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))


def _open_elsewhere(target: Path) -> bool:
    # Excel and WPS; LibreOffice
    marks = (f"~${target.name}", f"~${target.name[2:]}", f".~lock.{target.name}#")
    return any((target.parent / m).exists() for m in marks)


def _marked(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return MARK in archive.read(ARC_CUSTOM).decode()
    except (OSError, KeyError, UnicodeDecodeError, zipfile.BadZipFile):
        return False


def _same_file(target: Path, source: object) -> bool:
    try:
        return os.path.samefile(target, source)
    except (OSError, TypeError, ValueError):
        return False


def _mode_for(path: Path) -> int:
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _beside(target: Path, why: Text) -> WrittenTo:
    number = 2
    while (free := target.with_name(f"{target.stem} ({number}){target.suffix}")).exists():
        number += 1
    return WrittenTo(
        free,
        (
            Text(
                "{name} {why}; written to {free} instead", "{name} {why}，已另存为 {free}"
            ).format(name=same(target.name), why=why, free=same(free.name)),
        ),
    )


def load(source: object, ignore: Callable[[str], bool] = lambda title: False) -> Workbook:
    """Open an input workbook to be written again: values instead of formulas.

    A formula for which no value is stored is kept, since dropping it would lose it.

    Parameters
    ----------
    source : path or binary file object
    ignore : callable
        Tells by its title whether the formulas of a sheet do not matter.

    Returns
    -------
    Workbook
    """

    def opened(**options) -> Workbook:
        if hasattr(source, "seek"):
            source.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `lost` says what cannot be kept
            return openpyxl.load_workbook(source, **options)

    live = opened()
    formulas = [
        cell
        for sheet in live.worksheets
        if not ignore(sheet.title)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    if not formulas:
        return live
    stored = opened(data_only=True)
    for formula in formulas:
        cell = stored[formula.parent.title][formula.coordinate]
        if cell.value is None:
            cell.value = formula.value
    return stored
