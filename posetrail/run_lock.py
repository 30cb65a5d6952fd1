"""One process at a time writes in a run's folder."""

from __future__ import annotations

import errno
import json
import logging
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tracker.errors import OutputError
from tracker.files import output_error

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_NAME = ".lock"
#: What the system says of a file that somebody else has locked.
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)

_log = logging.getLogger(__name__)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other processes from writing in a run's folder for as long as the block takes.

    The system frees the lock of a process that ends, however it ends: a lock file that a killed
    process left stops nobody. On a file system without locks a warning is logged and nobody is kept
    away. The file says who holds it, for the message.

    Parameters
    ----------
    folder : Path
        The run's folder; made if it is missing.

    Raises
    ------
    OutputError
        If another process, or another thread, is writing there, or the folder cannot be written.
    """
    path = folder / LOCK_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = _locked(path)
    except OSError as error:
        raise output_error(folder, error) from error
    if descriptor is None:
        raise OutputError(
            f"{folder} is being written by {_holder(path)}.",
            hint="Wait until it is done, or choose another folder with --output.",
        )
    try:
        me = {"pid": os.getpid(), "host": platform.node()}
        os.truncate(descriptor, 0)
        os.write(descriptor, json.dumps(me).encode())
        yield
    finally:
        _release(path, descriptor)


def _release(path: Path, descriptor: int) -> None:
    if sys.platform == "win32":  # no open file can be removed there
        os.close(descriptor)
        with suppress(OSError):  # somebody else holds it by now
            path.unlink()
    else:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _locked(path: Path) -> int | None:
    """Open and lock a file; None where somebody else has locked it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(descriptor)
        except OSError as error:
            if error.errno in _TAKEN:
                os.close(descriptor)
                return None
            _log.warning(
                "No lock in %s (%s): write there with one process only.", path.parent, error
            )
            return descriptor
        if _is(path, descriptor):
            return descriptor
        os.close(descriptor)  # its holder removed it between opening and locking


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
        return f"process {holder['pid']} on {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):  # it is just being written, or removed
        return "another process"
