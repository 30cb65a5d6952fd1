"""Tables to files that appear when they are whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet

from tracker.files import written_whole


def write_parquet(
    path: Path, schema: Any, pieces: Iterable[Any], repetitive: Sequence[str]
) -> None:
    """Write a Parquet file piece by piece, a row group each.

    Parameters
    ----------
    path : Path
        The file; it appears when it is whole.
    schema : pyarrow.Schema
        The columns, with the metadata of the file.
    pieces : iterable of pyarrow.Table
        The rows, all with these columns.
    repetitive : sequence of str
        Columns with few different values; the others hold measurements, which a dictionary of
        values would only make larger.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    options = {"compression": "zstd", "use_dictionary": list(repetitive)}
    with (
        written_whole(path) as aside,
        aside.open("wb") as file,
        pyarrow.parquet.ParquetWriter(file, schema, **options) as writer,
    ):
        for piece in pieces:
            writer.write_table(piece)


def write_csv(path: Path, header: Sequence[str], chunks: Iterable[Any]) -> None:
    """Write a CSV file piece by piece, without quotes (no cell of ours needs them).

    Parameters
    ----------
    path : Path
        The file; it appears when it is whole.
    header : sequence of str
        The column names.
    chunks : iterable of pyarrow.Table
        The rows, all with these columns.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
    with written_whole(path) as aside, aside.open("wb") as file:
        file.write((",".join(header) + "\n").encode())
        for chunk in chunks:
            pyarrow.csv.write_csv(chunk, file, options)
