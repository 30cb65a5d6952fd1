"""OpenVINO: the fastest engine on processors; ONNX, TensorFlow frozen graphs and its own IR."""

from __future__ import annotations

import logging
import platform
from collections import OrderedDict
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
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
    refuse,
    unreadable,
)
from tracker.engines._openvino_graph import (
    check_outputs,
    chosen_outputs,
    size_of,
    sized_for,
    unpacked,
    with_preparation,
)
from tracker.engines._openvino_requests import Compiled, view_memory
from tracker.engines._quiet import native_messages_logged
from tracker.errors import ModelError
from tracker.networks import Network

NAME = "openvino"
FORMATS = frozenset({"onnx", "openvino", "tensorflow"})
#: Input sizes that stay compiled, those used last: each takes tens of megabytes. One video needs three
#: at most; a batch of videos has a size for each kind of picture.
_KEPT_SIZES = 6
#: Pictures of at least so many pixels are worked on by at least so many cores together: each stream keeps
#: the work of a whole picture in memory (1080p: 0.2 GB), and more of them were no faster.
_LARGE_PIXELS, _CORES_PER_LARGE = 900_000, 4
#: Pictures of at most this share of the first size are parts of such a picture, and are in the network
#: while others of that size are: what a stream keeps besides the work (20 MB) is better saved.
_SMALL_SHARE, _CORES_PER_SMALL = 0.25, 2
_SHORT_NAMES = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}
_LONG_NAMES = {short: long for long, short in _SHORT_NAMES.items()}

logger = logging.getLogger(__name__)


def version() -> str | None:
    """Give the version of OpenVINO, None where it is not installed."""
    try:
        return package_version("openvino")
    except PackageNotFoundError:
        return None


def devices() -> list[str]:
    """List the devices there are: ``cpu`` and, with Intel's drivers, ``gpu``."""
    import openvino

    return sorted({name.partition(".")[0].lower() for name in openvino.Core().available_devices})


def gains_by_int8() -> bool:
    """Tell whether this processor multiplies 8-bit integers faster than it does anything else.

    OpenVINO says that it can int8 of every processor. Those of x86 with bfloat16 have the instructions
    that make it fast; on others it was not measured.
    """
    import openvino

    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


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
) -> OpenVinoEngine:
    """Load a network; parameters and errors are those of `tracker.engine.choose_engine`."""
    import openvino

    core = openvino.Core()
    target = "CPU" if device == "auto" else device.upper()
    if target.lower() not in devices():
        raise refuse(NAME, "--device", device)
    options: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY" if streams == 1 else "THROUGHPUT"}
    if precision not in ("auto", "int8"):
        options["INFERENCE_PRECISION_HINT"] = _SHORT_NAMES[precision]
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    if streams is not None and streams > 1:
        options["NUM_STREAMS"] = str(streams)
    if cache is not None and target != "CPU":
        # On the CPU a network compiles in 0.2 s; a cache would cost a file for every picture size.
        options["CACHE_DIR"] = str(cache)
    try:
        weights = "" if network.weights is None else beside(network, path)
        with native_messages_logged():
            model = core.read_model(path, weights)
        given = chosen_outputs(network, model)
        prepared = with_preparation(network, unpacked(model), given)
        side = PROBE_MULTIPLES * network.multiple
        sized = sized_for(prepared, *(size or (side, side)))
        check_outputs(network, sized, given)
    except (RuntimeError, UnicodeError) as error:  # names in a damaged file may be no text
        raise unreadable(network, path, error) from error
    engine = OpenVinoEngine(network, core, prepared, given, target, options, sized)
    if size is None:
        engine.release()  # the small size was only for learning what the network is
    return engine


class OpenVinoEngine:
    """A network in OpenVINO, compiled for each input size; a few sizes are kept.

    Parameters
    ----------
    network : Network
        What the network is.
    core : openvino.Core
        The library's entry.
    model : openvino.Model
        Takes bytes (n, h, w, 3), gives float32 (n, channels, h, w).
    given : list of int
        Numbers of the outputs, in channel order.
    target : str
        OpenVINO's name of the device.
    options : dict
        OpenVINO's own options for compiling.
    first : openvino.Model
        The model for the first size, compiled at once: it tells precision and streams.

    Attributes
    ----------
    precision : str
        Precision of the arithmetic, read back from the compiled network; int8 where the file is so.
    streams : int
        How many calls of `infer` at once pay.
    """

    def __init__(
        self,
        network: Network,
        core: Any,
        model: Any,
        given: list[int],
        target: str,
        options: dict[str, Any],
        first: Any,
    ) -> None:
        self.name = NAME
        self.device = target.lower()
        self._network = network
        self._core = core
        self._model = model
        self._given = given
        self._target = target
        self._options = options
        self._sizes: OrderedDict[tuple[int, int], Compiled] = OrderedDict()
        self._lock = Lock()
        size = size_of(first)
        self._small_pixels = _SMALL_SHARE * size[0] * size[1]
        compiled = self._compile(*size, first)
        self._sizes[size] = Compiled(compiled)
        view_memory(self._sizes[size])
        kind: str = compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
        self.precision = "int8" if network.arithmetic == "int8" else _LONG_NAMES.get(kind, kind)
        self.streams = int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        if self._options_for(*size) != options:
            self.streams += 1  # while large pictures are in the network another can be made ready

    def infer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Run the network; see `tracker.engine.Engine.infer`. Several images run in parallel."""
        check_images(self._network, images)
        if self._network.colour == "rgb":
            # Not in the graph: there the swap is lost without a word in some networks (2026.4).
            images = np.ascontiguousarray(images[..., ::-1])
        height, width = images.shape[1:3]
        sized = self._for_size(height, width)
        requests = [sized.take() for _ in images]
        try:
            for request, image in zip(requests, images, strict=True):
                request.start_async({0: image[None]}, share_inputs=False)
            for request in requests:
                request.wait()
            # Copied here: a request's memory belongs to whoever takes it next.
            maps = [
                np.concatenate([request.get_output_tensor(number).data for request in requests])
                for number in self._given
            ]
        except (RuntimeError, UnicodeError) as error:
            raise ModelError(f"Network {self._network.name} failed: {error}") from error
        finally:
            for request in requests:
                request.wait()
                sized.put(request)
        return canonical_maps(self._network, maps, height, width)

    def release(self) -> None:
        """Give the memory of what is compiled back; see `tracker.engine.Engine.release`."""
        with self._lock:
            self._sizes.clear()  # calls under way hold what they use

    def _for_size(self, height: int, width: int) -> Compiled:
        with self._lock:
            if (height, width) not in self._sizes:
                self._sizes[height, width] = Compiled(self._compile(height, width))
            self._sizes.move_to_end((height, width))
            if len(self._sizes) > _KEPT_SIZES:  # calls under way hold what they use
                self._sizes.popitem(last=False)
            return self._sizes[height, width]

    def _compile(self, height: int, width: int, sized: Any = None) -> Any:
        try:
            sized = sized or sized_for(self._model, height, width)
            options = self._options_for(height, width)
            return self._core.compile_model(sized, self._target, options)
        except (RuntimeError, UnicodeError) as error:
            raise ModelError(
                f"Network {self._network.name} cannot take {width} x {height} pixels: "
                f"{str(error).splitlines()[-1].strip()}"
            ) from error

    def _options_for(self, height: int, width: int) -> dict[str, Any]:
        chosen = self._options["PERFORMANCE_HINT"] == "LATENCY" or "NUM_STREAMS" in self._options
        pixels = height * width
        if chosen or self._target != "CPU" or self._small_pixels < pixels < _LARGE_PIXELS:
            return self._options
        each = _CORES_PER_SMALL if pixels <= self._small_pixels else _CORES_PER_LARGE
        # Not os.cpu_count(): a container or a job may use a few cores of many.
        return {**self._options, "NUM_STREAMS": str(max(1, cv2.getNumberOfCPUs() // each))}
