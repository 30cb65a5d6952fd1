"""onnxruntime: ONNX on processors and, with its CUDA build, on NVIDIA cards."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engines._maps import (
    canonical_maps,
    check_images,
    chosen_tensors,
    pixels_for,
    refuse,
    try_out,
    unreadable,
)
from tracker.engines._quiet import native_messages_logged
from tracker.errors import ModelError
from tracker.networks import Network

NAME = "onnxruntime"
FORMATS = frozenset({"onnx"})
#: Distributions that bring the module; others are asked by loading it.
_PACKAGES = ("onnxruntime", "onnxruntime-gpu")
_CUDA = "CUDAExecutionProvider"
_PRECISIONS = {"tensor(float)": "float32", "tensor(float16)": "float16"}
#: Only what kills the process: everything else comes back as an exception.
_FATAL = 4


def version() -> str | None:
    """Give the version of onnxruntime, None where it is not installed."""
    if importlib.util.find_spec("onnxruntime") is None:
        return None
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            return package_version(package)
    import onnxruntime

    found: str = onnxruntime.__version__
    return found


def devices() -> list[str]:
    """List the devices there are: ``cpu`` and, with a CUDA build and NVIDIA's driver, ``cuda``."""
    if not _has_nvidia_driver():
        return ["cpu"]  # without loading the library: 20 MB that another engine has no use for
    import onnxruntime

    return ["cpu", "cuda"] if _CUDA in onnxruntime.get_available_providers() else ["cpu"]


def _has_nvidia_driver() -> bool:
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True


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
) -> OnnxRuntimeEngine:
    """Load a network; parameters and errors are those of `tracker.engine.choose_engine`.

    The file decides the precision; nothing is compiled, so ``cache`` stays empty.
    """
    import onnxruntime

    there = devices()
    kind, _, number = device.partition(":")
    kind = there[-1] if kind == "auto" else kind
    if kind not in there:
        raise refuse(NAME, "--device", device)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL
    if threads is not None:
        options.intra_op_num_threads = threads
    cuda = [(_CUDA, {"device_id": number or "0"})] if kind == "cuda" else []
    providers = [*cuda, "CPUExecutionProvider"]
    try:
        with native_messages_logged():
            # Its own fallback prints, and would run on another device than was asked for.
            session = onnxruntime.InferenceSession(
                str(path), options, providers=providers, enable_fallback=0
            )
    except _failures() as error:
        raise unreadable(network, path, error) from error
    if kind == "cuda" and _CUDA not in session.get_providers():
        raise refuse(NAME, "--device", device)
    engine = OnnxRuntimeEngine(network, session, kind, streams or 1)
    if precision not in ("auto", engine.precision):
        raise refuse(NAME, "--precision", precision)
    try_out(network, engine.infer)
    return engine


def _failures() -> tuple[type[Exception], ...]:
    """Give what the library raises: a class for each of its status codes, without a common base."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    kinds = [kind for kind in vars(state).values() if isinstance(kind, type)]
    return RuntimeError, ValueError, *(kind for kind in kinds if issubclass(kind, Exception))


class OnnxRuntimeEngine:
    """A network in onnxruntime.

    Parameters
    ----------
    network : Network
        What the network is.
    session : onnxruntime.InferenceSession
        The loaded file.
    device : str
        ``cpu`` or ``cuda``.
    streams : int
        Calls of `infer` that run at once.
    """

    def __init__(self, network: Network, session: Any, device: str, streams: int) -> None:
        self.name = NAME
        self.device = device
        self.streams = streams
        self._network = network
        self._session = session
        inputs = session.get_inputs()
        wanted = () if network.input is None else (network.input,)
        taken = inputs[chosen_tensors(network, wanted, [[i.name] for i in inputs], "input")[0]]
        outputs = [[output.name] for output in session.get_outputs()]
        given = chosen_tensors(network, network.outputs, outputs, "outputs")
        if len(inputs) != 1 or taken.type not in _PRECISIONS:
            raise ModelError(
                f"Network {network.name} should have one input of floats, found {len(inputs)}, "
                f"{taken.type}."
            )
        self._input = taken.name
        self.precision = _PRECISIONS[taken.type]
        self._outputs = [outputs[number][0] for number in given]

    def infer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Run the network; see `tracker.engine.Engine.infer`."""
        check_images(self._network, images)
        height, width = images.shape[1:3]
        pixels = pixels_for(self._network, images).astype(self.precision, copy=False)
        channels_first = self._network.layout == "nchw"
        if channels_first:
            pixels = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
        try:
            outputs = self._session.run(self._outputs, {self._input: pixels})
        except _failures() as error:
            raise ModelError(
                f"Network {self._network.name} fails on {width} x {height} pixels: "
                f"{str(error).splitlines()[0]}"
            ) from error
        maps = [np.asarray(output, np.float32) for output in outputs]
        if not channels_first:
            maps = [np.ascontiguousarray(each.transpose(0, 3, 1, 2)) for each in maps]
        return canonical_maps(self._network, maps, height, width)

    def release(self) -> None:
        """Do nothing: a session cannot be made smaller."""
