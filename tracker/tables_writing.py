"""Tables to files that appear when they are whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet

from tracker.files import written_whole

#: Rows that are turned into text at once: bounds the memory, hardly changes the speed.
CHUNK_ROWS = 8192


def write_parquet(path: Path, table: Any, repetitive: Sequence[str]) -> None:
    """Write a Parquet file.

    Parameters
    ----------
    path : Path
        The file; it appears when it is whole.
    table : pyarrow.Table
        The rows.
    repetitive : sequence of str
        Columns with few different values; the others hold measurements, which a dictionary of
        values would only make larger.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    with written_whole(path) as aside, aside.open("wb") as file:
        pyarrow.parquet.write_table(
            table, file, compression="zstd", use_dictionary=list(repetitive)
        )


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
