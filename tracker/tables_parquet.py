"""Parquet tables of this project, read piece by piece: a long video's table need not fit in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from tracker.blocks import blocks
from tracker.errors import FormatError
from tracker.skeleton import SKELETONS, Skeleton
from tracker.tables_columns import PROVENANCE_KEY, SKELETON_KEY, keypoint_columns
from tracker.tables_reading import TableFile, check_columns, unreadable


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet table with keypoints, whose columns were checked and whose rows were not read yet.

    Parameters
    ----------
    path : Path
        The file.
    skeleton : Skeleton
        The layout that its metadata name.
    provenance : dict
        What its metadata say of how it came to be.
    names : sequence of str
        The columns.
    rows : int
        How many rows there are.
    """

    path: Path
    skeleton: Skeleton
    provenance: Mapping[str, Any]
    names: Sequence[str]
    rows: int

    def columns(self, names: Sequence[str]) -> TableFile:
        """Read some columns whole.

        Raises
        ------
        FormatError
            If they cannot be read.
        """
        try:
            with pa.parquet.ParquetFile(self.path) as file:
                return TableFile(self.path, file.read(columns=list(names)), 1)
        except (pa.ArrowException, OSError) as error:
            raise unreadable(self.path, "Parquet", error) from error

    def keypoint_pieces(self) -> Iterator[tuple[slice, TableFile]]:
        """Read the keypoint columns in pieces; see `pieces`."""
        return self.pieces(keypoint_columns(self.skeleton))

    def pieces(self, names: Sequence[str]) -> Iterator[tuple[slice, TableFile]]:
        """Read some columns in pieces: which rows, and what is in them.

        Raises
        ------
        FormatError
            If they cannot be read.
        """
        done = 0
        try:
            with pa.parquet.ParquetFile(self.path) as file:
                # Not iter_batches: it keeps all that it has read until its end.
                for group in range(file.num_row_groups):
                    table = file.read_row_group(group, columns=list(names))
                    for rows in blocks(len(table)):
                        part = table.slice(rows.start, rows.stop - rows.start)
                        where = slice(done + rows.start, done + rows.stop)
                        yield where, TableFile(self.path, part, where.start + 1)
                    done += len(table)
        except (pa.ArrowException, OSError) as error:
            raise unreadable(self.path, "Parquet", error) from error


def open_parquet(path: Path, leading: Sequence[str]) -> ParquetTable:
    """Open a Parquet table of this project.

    Parameters
    ----------
    path : Path
        The file.
    leading : sequence of str
        Columns it must have beside those of the keypoints.

    Raises
    ------
    FormatError
        If the file is missing, is no Parquet file, or lacks a column or its metadata.
    """
    try:
        with pa.parquet.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
            tags = schema.metadata or {}
            skeleton = _named_skeleton(path, tags)
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise unreadable(path, "Parquet", error) from error
    check_columns(path, schema.names, [*leading, *keypoint_columns(skeleton)])
    return ParquetTable(path, skeleton, _provenance(path, tags), schema.names, rows)


def _named_skeleton(path: Path, tags: Mapping[bytes, bytes]) -> Skeleton:
    name = tags.get(SKELETON_KEY, b"").decode(errors="replace")
    if name not in SKELETONS:
        raise FormatError(
            f"{path}: its metadata should name a skeleton, found {name!r}.",
            hint="Give a Parquet file that posetrail wrote.",
        )
    return SKELETONS[name]


def _provenance(path: Path, tags: Mapping[bytes, bytes]) -> dict[str, Any]:
    try:
        provenance = json.loads(tags.get(PROVENANCE_KEY, b"{}"))
    except ValueError as error:
        raise FormatError(f"{path}: its provenance should be JSON, found {error}.") from error
    if not isinstance(provenance, dict):
        raise FormatError(f"{path}: its provenance should be a JSON object.")
    return provenance
