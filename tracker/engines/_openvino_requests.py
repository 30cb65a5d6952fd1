"""Networks that OpenVINO compiled, and their requests: what one call after another runs in."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Lock
from typing import Any

#: Held where the process first sees a request's memory as an array.
_first_view = Lock()


class Compiled:
    """A network compiled for one input size, and its idle requests.

    Parameters
    ----------
    compiled : openvino.CompiledModel
        The network.
    """

    def __init__(self, compiled: Any) -> None:
        self.compiled = compiled
        self._idle: SimpleQueue[Any] = SimpleQueue()

    def take(self) -> Any:
        """Give a request that nobody else uses."""
        try:
            return self._idle.get_nowait()
        except Empty:
            return self.compiled.create_infer_request()

    def put(self, request: Any) -> None:
        """Take a request back."""
        self._idle.put(request)


def view_memory(sized: Compiled) -> None:
    """See a request's memory as an array once, before several threads do.

    The first time in a process, OpenVINO's binding (2026.4) looks numpy up: holding a lock of its own
    it gives Python's interpreter lock away and takes it again. A second thread that comes meanwhile
    holds the interpreter lock and waits for that other one: both wait for ever.
    """
    request = sized.take()
    with _first_view:
        _ = request.get_input_tensor().data
    sized.put(request)
