"""Tables from files, checked: every complaint names the file, the column and the row."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from tracker.errors import FormatError, did_you_mean
from tracker.poses import FloatArray
from tracker.skeleton import SKELETONS, Skeleton
from tracker.tables_columns import (
    keypoint_arrays,
    keypoint_columns,
    skeleton_of_columns,
)

#: Bytes; keeps a file that is one endless line from filling the memory.
_LONGEST_HEADER = 65536
_CONVERSION = re.compile(r"CSV column #(\d+):(?: Row #(\d+):)?.*invalid value '(.*)'", re.DOTALL)


@dataclass(frozen=True)
class TableFile:
    """The rows of a file, and where they stand in it.

    Parameters
    ----------
    path : Path
        The file, for the error messages.
    table : pyarrow.Table
        Its columns.
    first : int
        What a user calls the first row: 2 in a CSV (line 1 is the header), 1 in a Parquet file.
    """

    path: Path
    table: Any
    first: int

    def fail(self, problem: str, row: int | None = None) -> NoReturn:
        """Refuse the file.

        Raises
        ------
        FormatError
            Always.
        """
        place = "" if row is None else f", row {row + self.first}"
        raise FormatError(f"{self.path}{place}: {problem}.", hint="See docs/data-dictionary.md.")

    def refuse(self, bad: NDArray[np.bool_], problem: str) -> None:
        """Refuse the file if any row is bad; the message names the first."""
        if bad.any():
            self.fail(problem, int(np.argmax(bad)))

    def integers(self, name: str, least: int, empty: int | None = None) -> NDArray[np.int64]:
        """Give a column of whole numbers, shape (rows,).

        Parameters
        ----------
        name : str
            The column.
        least : int
            The smallest number allowed.
        empty : int, optional
            What an empty cell becomes; without it, an empty cell is refused.
        """
        cells = self.table[name]
        if not pa.types.is_integer(cells.type):
            self.fail(f"column {name!r} should hold whole numbers, found {cells.type}")
        if empty is None:
            self._refuse_empty(name)
        else:
            cells = cells.cast(pa.int64(), safe=False).fill_null(empty)
        values: NDArray[np.int64] = cells.to_numpy().astype(np.int64)
        self.refuse(
            (values < least) & (values != empty), f"column {name!r} should be at least {least}"
        )
        return values

    def times(self) -> NDArray[np.float64]:
        """Give the column ``time_s``, shape (rows,)."""
        self._refuse_empty("time_s")
        values = self._numbers("time_s").astype(np.float64)
        self.refuse(~np.isfinite(values), "column 'time_s' should be a finite number of seconds")
        return values

    def choices(self, name: str, known: Sequence[str]) -> NDArray[np.uint8]:
        """Give a column of words as numbers: the place of each word among the known ones."""
        words = self.table[name].combine_chunks()
        if not _holds_words(words.type):
            self.fail(f"column {name!r} should hold one of {', '.join(known)}, found {words.type}")
        self._refuse_empty(name)
        places = pc.index_in(words.cast(pa.string()), pa.array(known, pa.string()))
        unknown = np.asarray(places.is_null())
        if unknown.any():
            row = int(np.argmax(unknown))
            word = words[row].as_py()
            self.fail(f"column {name!r} holds {word!r}. {did_you_mean(word, known)[:-1]}", row)
        return np.asarray(places, dtype=np.uint8)

    def keypoints(self, skeleton: Skeleton) -> tuple[FloatArray, FloatArray]:
        """Give xy (rows, keypoints, 2) and score (rows, keypoints), NaN where missing."""
        names = keypoint_columns(skeleton)
        values = np.empty((len(names), len(self.table)), np.float32)
        for line, name in zip(values, names, strict=True):
            line[:] = self._numbers(name)
            self.refuse(np.isinf(line), f"column {name!r} is infinite")
        xy, score = keypoint_arrays(values)
        seen = np.isfinite(score)
        whole = (np.isfinite(xy) == seen[..., None]).all(axis=2)
        if not whole.all():
            row, joint = np.argwhere(~whole)[0]
            name = skeleton.keypoints[joint]
            self.fail(f"{name} should have x, y and score, or none of them", int(row))
        return xy, score

    def _numbers(self, name: str) -> NDArray[Any]:
        cells = self.table[name]
        if not (pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type)):
            self.fail(f"column {name!r} should hold numbers, found {cells.type}")
        values: NDArray[Any] = cells.to_numpy()
        return values

    def _refuse_empty(self, name: str) -> None:
        self.refuse(np.asarray(self.table[name].is_null()), f"column {name!r} is empty")


def read_csv(path: Path, leading: dict[str, Any]) -> tuple[TableFile, Skeleton]:
    """Read a CSV table of this project; columns it does not know are passed over.

    Parameters
    ----------
    path : Path
        The file.
    leading : dict of str to pyarrow.DataType
        Columns it must have beside those of the keypoints.

    Returns
    -------
    file, skeleton
        The needed columns, and the layout that the column names tell.

    Raises
    ------
    FormatError
        If the file is missing, is no CSV, lacks a column or has a cell of the wrong type.
    """
    names = _header(path)
    skeleton = skeleton_of_columns(names)
    if skeleton is None:
        raise FormatError(
            f"{path}: the columns should be <joint>_x, <joint>_y and <joint>_score of a known "
            f"skeleton ({', '.join(SKELETONS)}), found {', '.join(names[:8])}.",
            hint="See docs/data-dictionary.md.",
        )
    types = leading | dict.fromkeys(keypoint_columns(skeleton), pa.float32())
    check_columns(path, names, list(types))
    convert = pa.csv.ConvertOptions(column_types=types, include_columns=list(types))
    try:
        # One thread, so that the message about a bad cell can name its row.
        table = pa.csv.read_csv(
            path, read_options=pa.csv.ReadOptions(use_threads=False), convert_options=convert
        )
    except (pa.ArrowException, OSError) as error:
        raise _bad_cell(path, names, error) from error
    return TableFile(path, table, 2), skeleton


def _header(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            line = file.readline(_LONGEST_HEADER).decode("utf-8-sig")
        return next(csv.reader([line.rstrip("\r\n")]), [])
    except (UnicodeDecodeError, OSError, csv.Error) as error:
        raise unreadable(path, "CSV", error) from error


def check_columns(path: Path, names: Sequence[str], needed: Sequence[str]) -> None:
    """Check that a file has every needed column, once.

    Raises
    ------
    FormatError
        If one is missing or stands twice.
    """
    missing = [name for name in needed if name not in names]
    if missing:
        raise FormatError(
            f"{path}: column {missing[0]!r} is missing ({len(missing)} of {len(needed)} are).",
            hint=did_you_mean(missing[0], names),
        )
    twice = [name for name in needed if list(names).count(name) > 1]
    if twice:
        raise FormatError(f"{path}: column {twice[0]!r} stands twice.")


def unreadable(path: Path, kind: str, error: Exception) -> FormatError:
    """Say that a file is missing or not of its kind."""
    if isinstance(error, FileNotFoundError):
        return FormatError(f"{path}: there is no such file.")
    return FormatError(f"{path}: expected a {kind} file, found one that cannot be read: {error}")


def _bad_cell(path: Path, names: Sequence[str], error: Exception) -> FormatError:
    found = _CONVERSION.search(str(error))
    if found is None:
        return unreadable(path, "CSV", error)
    number, row, value = found.groups()
    place = f", row {row}" if row else ""
    return FormatError(
        f"{path}{place}: column {names[int(number)]!r} should be a number, found {value!r}.",
        hint="See docs/data-dictionary.md.",
    )


def _holds_words(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
