"""Files that appear under their final name only when they are whole, and what tells one from another."""

from __future__ import annotations

import difflib
import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tracker.errors import OutputError


def file_sha256(path: Path) -> str:
    """Give the SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Write a file aside and give it its final name when the block ends well.

    What is written is on the disk before it gets the name: a power cut leaves the old file or the
    new one, never half of it.

    Parameters
    ----------
    path : Path
        The final name. Its folder is made if it is missing.

    Yields
    ------
    Path
        Where to write: beside the final name, with the same suffix.

    Raises
    ------
    OutputError
        If the folder cannot be written or the disk is full; nothing is left behind. An error of
        another file that the block reads goes on as itself.
    """
    aside = path.with_name(f".{path.stem}.partial-{os.getpid()}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield aside
        _flush(aside)
        aside.replace(path)
    except OSError as error:
        if _is_elsewhere(error, aside):
            raise
        raise output_error(path, error) from error
    finally:
        with suppress(OSError):  # there is nothing to remove where nothing could be written
            aside.unlink()


def _flush(path: Path) -> None:
    """Wait until a file is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_elsewhere(error: OSError, aside: Path) -> bool:
    """Tell whether an error names a file that is neither the one written nor a folder above it."""
    if not isinstance(error.filename, str | bytes):
        return False  # a write that failed names no file
    named = Path(os.fsdecode(error.filename))
    return named != aside and named not in aside.parents


def remove_partials(folder: Path) -> None:
    """Remove what processes that were killed in the middle of `written_whole` left in a folder."""
    for path in folder.glob(".*.partial-*"):
        path.unlink(missing_ok=True)


def output_error(path: Path, error: OSError) -> OutputError:
    """Turn a failed write into the error a user reads."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(
            f"Cannot write {path}: the disk is full.", hint="Free some space and use --resume."
        )
    reason = error.strerror or str(error)
    return OutputError(
        f"Cannot write {path}: {reason}.", hint="Choose another folder with --output."
    )


def near_name(path: Path, fits: Callable[[Path], bool]) -> str:
    """Ask whether something beside a path that is not there was meant.

    Parameters
    ----------
    path : Path
        Is not there.
    fits : callable
        Whether a path beside it may have been meant.

    Returns
    -------
    str
        ``Did you mean runs/match?``, or nothing where no name is near.
    """
    try:
        names = [beside.name for beside in path.parent.iterdir() if fits(beside)]
    except OSError:
        return ""
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"Did you mean {path.with_name(near[0])}?" if near else ""
