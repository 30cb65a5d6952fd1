"""Native libraries print what they also raise; a user reads it once, in our words."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

STDERR = 2
_lock = Lock()
logger = logging.getLogger(__name__)


@contextmanager
def native_messages_logged() -> Iterator[None]:
    """Send what is written to the process's standard error meanwhile to the debug log.

    It works on the file descriptor, for the parsers of protocol buffers inside the engines know no other
    way to be quiet. Only for loading, before the work begins: other threads are silenced too.
    """
    with _lock, tempfile.TemporaryFile() as caught:
        try:
            kept = os.dup(STDERR)
        except OSError:  # a process without standard error
            yield
            return
        os.dup2(caught.fileno(), STDERR)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
            caught.seek(0)
            for line in caught.read().decode(errors="replace").splitlines():
                logger.debug("%s", line)
