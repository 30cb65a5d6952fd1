"""Tables of labels as text: whatever separator, encoding mark and leading lines a spreadsheet made."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tracker.clock import seconds_of
from tracker.errors import LabelError

#: Tables above this size are refused; a label for every frame of two hours takes about 10 MB.
MAX_BYTES = 200_000_000
_SEPARATORS = (",", ";", "\t")
#: Other tools put facts of the observation above the header.
_HEADER_WITHIN = 60


@dataclass(frozen=True)
class Cells:
    """One row of a table.

    Parameters
    ----------
    place : str
        File and line, for messages.
    values : dict of str to str
        Text by column; column names are in lower case, cells without outer blanks.
    """

    place: str
    values: dict[str, str]

    def text(self, *columns: str) -> str:
        """Give the first of some columns that is not empty, else nothing."""
        return next((self.values[name] for name in columns if self.values.get(name)), "")

    def seconds(self, *columns: str) -> float:
        """Read a time: ``12.4``, ``12,4`` or ``1:02:12.4``; NaN where the cell is empty.

        Raises
        ------
        LabelError
            If it is no finite number.
        """
        text = self.text(*columns)
        if not text:
            return math.nan
        try:
            return seconds_of(text)
        except ValueError:
            raise self.wrong(columns[0], "a number of seconds", text) from None

    def whole(self, *columns: str) -> int | None:
        """Read a whole number such as a frame; None where the cell is empty.

        Raises
        ------
        LabelError
            If it is no whole number.
        """
        text = self.text(*columns)
        if not text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = math.nan
        if not abs(value) < 2**53 or value != round(value):
            raise self.wrong(columns[0], "a whole number", text)
        return int(value)

    def wrong(self, column: str, expected: str, found: str) -> LabelError:
        """Make the error of a cell that is not what it should be."""
        return LabelError(
            f"{self.place}: {column} should be {expected}, found {found[:40]!r}.",
            hint="Correct the cell or delete the row.",
        )


@dataclass(frozen=True)
class LabelTable:
    """A table of text with its header found.

    Parameters
    ----------
    path : Path
        The file.
    header : tuple of str
        Column names in lower case.
    rows : list of Cells
        The rows below the header, without empty ones and repeated headers.
    """

    path: Path
    header: tuple[str, ...]
    rows: list[Cells]


def read_table(path: Path, knows: Callable[[tuple[str, ...]], bool]) -> LabelTable:
    """Read a table, telling separator and header by the columns that are known.

    Parameters
    ----------
    path : Path
        CSV, semicolons or tabs; UTF-8.
    knows : callable
        Tells whether a line's cells are a header of some known table.

    Raises
    ------
    LabelError
        If the file cannot be read, is no text, has no known header, or a row has too many cells.
    """
    lines = _text(path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines[:_HEADER_WITHIN]):
        for separator in _SEPARATORS:
            header = _header(line, separator)
            if knows(header):
                return LabelTable(path, header, list(_rows(path, lines, number, separator, header)))
    first = next((line for line in lines if line.strip()), "nothing")
    raise LabelError(
        f"{path} is no table of labels that posetrail knows; it begins with {first[:80]!r}.",
        hint="Its header should be track_id,start_s,end_s,label; BORIS exports, a label per frame and "
        "Shot,FrameId lists are read, too.",
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LabelError(f"{path} is larger than {MAX_BYTES} bytes: it is no table of labels.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise LabelError(f"There is no label file {path}.") from None
    except OSError as error:
        raise LabelError(f"Cannot read the labels {path}: {error.strerror}.") from error
    if content.startswith(b"PK"):
        raise LabelError(f"{path} is a spreadsheet, not text.", hint="Save it as CSV (UTF-8).")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelError(
            f"{path} is not UTF-8 text: {error.reason} at byte {error.start}.",
            hint="Save it as CSV (UTF-8).",
        ) from error
    if "\0" in text:
        raise LabelError(f"{path} is not text: it holds NUL.", hint="Save it as CSV (UTF-8).")
    return text


def _header(line: str, separator: str) -> tuple[str, ...]:
    """Read a line as column names; what stands above the header may be anything."""
    try:
        return _names(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return ()


def _split(
    path: Path, lines: list[str], above: int, separator: str
) -> Iterator[tuple[str, list[str]]]:
    """Give the place of each row below some lines, and its cells; a quoted cell may span lines."""
    ended = (f"{line}\n" for line in lines[above:])
    reader = csv.reader(ended, delimiter=separator, strict=True)
    begins = above + 1
    try:
        for cells in reader:
            yield f"{path}, line {begins}", cells
            begins = above + reader.line_num + 1
    except csv.Error as error:
        raise LabelError(
            f"{path}, line {begins}: not a table from here on: {error}.",
            hint="Is a double quote missing?",
        ) from error


def _names(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell.strip().lower() for cell in cells)


def _rows(
    path: Path, lines: list[str], header_line: int, separator: str, header: tuple[str, ...]
) -> Iterator[Cells]:
    for place, cells in _split(path, lines, header_line + 1, separator):
        values = [cell.strip() for cell in cells]
        if not any(values) or _names(cells) == header:
            continue
        if any(values[len(header) :]):
            raise LabelError(
                f"{place}: {len(values)} cells, but the header has {len(header)} columns.",
                hint="A label with a comma in it needs double quotes around it.",
            )
        yield Cells(place, _by_name(place, header, values))


def _by_name(place: str, header: tuple[str, ...], values: list[str]) -> dict[str, str]:
    """Give a row's cells by column; two columns of one name must say the same."""
    row: dict[str, str] = {}
    for name, value in zip(header, values, strict=False):
        if name and row.setdefault(name, value) != value:
            raise LabelError(
                f"{place}: two columns are called {name}, with {row[name][:40]!r} and {value[:40]!r}.",
                hint="Rename or delete one of them.",
            )
    return row
