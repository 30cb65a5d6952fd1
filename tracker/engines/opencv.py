"""OpenCV's own inference: always there, the slowest; the only one that reads Caffe."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.engines._maps import (
    PROBE_MULTIPLES,
    beside,
    canonical_maps,
    check_images,
    pixels_for,
    refuse,
    try_out,
    unreadable,
)
from tracker.engines._quiet import native_messages_logged
from tracker.errors import ModelError
from tracker.networks import Network

NAME = "opencv"
FORMATS = frozenset({"caffe", "onnx", "tensorflow"})
_READERS = {
    "caffe": "readNetFromCaffe",
    "onnx": "readNetFromONNX",
    "tensorflow": "readNetFromTensorflow",
}
_TRIAL = """
import sys
import cv2, numpy
reader, side, *files = sys.argv[1:]
try:
    net = getattr(cv2.dnn, reader)(*files)
    net.setInput(numpy.zeros((1, 3, int(side), int(side)), numpy.float32))
    net.forward(net.getUnconnectedOutLayersNames())
except (cv2.error, UnicodeError):
    pass
"""
#: In what OpenCV says where it could read an ONNX file, but not build one of its layers.
_UNSUPPORTED = "in function 'handleNode'"
#: A network that takes longer for its first small picture is not usable.
TRIAL_TIMEOUT_S = 120


def version() -> str | None:
    """Give the version of OpenCV."""
    found: str = cv2.__version__
    return found


def devices() -> list[str]:
    """List the devices there are: the wheels of OpenCV have ``cpu`` only."""
    return ["cpu"]


def load(
    network: Network,
    path: Path,
    *,
    device: str = "auto",
    precision: str = "auto",
    threads: int | None = None,
    streams: int | None = None,
    cache: Path | None = None,
    size: tuple[int, int] | None = None,
) -> OpenCvEngine:
    """Load a network; parameters and errors are those of `tracker.engine.choose_engine`.

    OpenCV computes in float32, one call at a time, with the threads that all of OpenCV has.
    """
    if device not in ("auto", "cpu"):
        raise refuse(NAME, "--device", device)
    if precision not in ("auto", "float32"):
        raise refuse(NAME, "--precision", precision)
    files = [str(path)]
    if network.format == "caffe":
        files.append(str(beside(network, path)))
    reader = _READERS[network.format]
    _check_it_survives(network, reader, files)
    with native_messages_logged():
        try:
            engine = OpenCvEngine(network, getattr(cv2.dnn, reader)(*files))
        except (cv2.error, UnicodeError) as error:  # names in a damaged file may be no text
            if _UNSUPPORTED in str(error):
                raise _unsupported(network) from error
            raise unreadable(network, path, error) from error
        try_out(network, engine.infer)
    return engine


def _unsupported(network: Network) -> ModelError:
    return ModelError(
        f"OpenCV's dnn cannot read the network {network.name}: it lacks support for a layer, as for "
        "shapes that follow the size of the picture.",
        hint="Use the engine openvino or onnxruntime.",
    )


def _check_it_survives(network: Network, reader: str, files: list[str]) -> None:
    """Try a network in a process of its own: OpenCV's readers may crash on a damaged file."""
    side = str(PROBE_MULTIPLES * network.multiple)
    command = [sys.executable, "-c", _TRIAL, reader, side, *files]
    try:
        subprocess.run(command, capture_output=True, check=True, timeout=TRIAL_TIMEOUT_S)
    except subprocess.SubprocessError as error:
        raise unreadable(network, Path(files[0]), RuntimeError("OpenCV crashes on it")) from error


class OpenCvEngine:
    """A network in OpenCV.

    Parameters
    ----------
    network : Network
        What the network is.
    net : cv2.dnn.Net
        The loaded file.
    """

    name = NAME
    device = "cpu"
    precision = "float32"
    streams = 1

    def __init__(self, network: Network, net: Any) -> None:
        self._network = network
        self._net = net
        # OpenCV's network keeps its input and its output inside: one call at a time.
        self._lock = Lock()
        self._outputs = list(network.outputs) or list(net.getUnconnectedOutLayersNames())

    def infer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Run the network; see `tracker.engine.Engine.infer`."""
        check_images(self._network, images)
        height, width = images.shape[1:3]
        # OpenCV turns channels-last networks into channels-first ones when it reads them.
        pixels = np.ascontiguousarray(pixels_for(self._network, images).transpose(0, 3, 1, 2))
        with self._lock:
            try:
                self._net.setInput(pixels)
                maps = [np.array(each, np.float32) for each in self._net.forward(self._outputs)]
            except (cv2.error, UnicodeError) as error:
                raise ModelError(
                    f"Network {self._network.name} fails on {width} x {height} pixels: "
                    f"{str(error).strip().splitlines()[-1]}"
                ) from error
        return canonical_maps(self._network, maps, height, width)

    def release(self) -> None:
        """Do nothing: OpenCV keeps one network, whatever the size."""
