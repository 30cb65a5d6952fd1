"""What runs a network: one interface, and the choice among the engines that are installed."""

from __future__ import annotations

import logging
from pathlib import Path
from types import ModuleType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tracker.errors import ModelError, UsageError, did_you_mean
from tracker.networks import Network
from tracker.plugins import load_plugin, plugin_names

ENGINES = "tracker.engines"
#: OpenVINO first: it took half of OpenCV's time (docs/decisions/0030-networks-and-engines.md).
#: onnxruntime comes before OpenCV because it runs on NVIDIA cards; its speed was not measured.
PREFERRED = ("openvino", "onnxruntime", "opencv")
DEVICES = ("auto", "cpu", "gpu", "cuda")
PRECISIONS = ("auto", "float32", "bfloat16", "float16", "int8")
_INT8_HINT = "Leave --precision out."

logger = logging.getLogger(__name__)


class Engine(Protocol):
    """A network, loaded and ready. Several threads may call it at once."""

    @property
    def name(self) -> str:
        """Name of the engine, for example ``openvino``."""

    @property
    def device(self) -> str:
        """What it runs on: ``cpu``, ``gpu`` or ``cuda``."""

    @property
    def precision(self) -> str:
        """Precision of the arithmetic, read back from the engine: ``float32``, ``bfloat16``, ``float16``, ``int8``."""

    @property
    def streams(self) -> int:
        """How many calls of `infer` at once pay."""

    def infer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Run the network.

        Parameters
        ----------
        images : uint8 array, shape (images, height, width, 3)
            Blue, green, red; height and width are multiples of ``network.multiple``.

        Returns
        -------
        float32 array, shape (images, channels, height / stride, width / stride)
            Confidence maps of the keypoints, of the background, then the part affinity fields.

        Raises
        ------
        ModelError
            If the network fails or gives something else than its description says.
        """

    def release(self) -> None:
        """Give back the memory that can be had again: the next call of `infer` takes longer."""


def choose_engine(
    network: Network,
    path: Path,
    name: str = "auto",
    *,
    device: str = "auto",
    precision: str = "auto",
    threads: int | None = None,
    streams: int | None = None,
    cache: Path | None = None,
    size: tuple[int, int] | None = None,
) -> Engine:
    """Load a network into the engine asked for, or the fastest one that can run it.

    Parameters
    ----------
    network : Network
        What the network is.
    path : Path
        Its model file (its weights, if apart, lie beside it under the name in the description).
    name : str
        An engine, or ``auto``.
    device : str
        ``auto``, ``cpu``, ``gpu`` (what OpenVINO knows as one), ``cuda`` or ``cuda:N``.
    precision : str
        ``float32``, ``bfloat16``, ``float16``, ``int8`` (where the network has such a file), or ``auto``:
        int8 where it pays, else the engine's own choice for this processor.
    threads : int, optional
        Processor threads; the engine's own choice if left out.
    streams : int, optional
        Calls of `Engine.infer` that run at once: 1 answers each call soonest, the engine's own choice
        (if left out) does the most frames per second.
    cache : Path, optional
        Folder for what the engine compiles, where compiling is slow.
    size : (int, int), optional
        Height and width of the pictures to come, where they are known: an engine that compiles the
        network does so for them; else for a small size first, to learn what it is.

    Raises
    ------
    UsageError
        If there is no such engine, device or precision, or the engine cannot do what is asked.
    ModelError
        If no installed engine reads the format, or the file is not what its description says.
    """
    _check_word("engine", name.replace("-", "_"), ("auto", *engine_names()))
    _check_word("device", device.partition(":")[0], DEVICES)
    _check_word("precision", precision, PRECISIONS)
    if not path.is_file():
        raise ModelError(f"There is no model file {path}.")
    module = (
        _best_module(network, device.partition(":")[0])
        if name == "auto"
        else _module(name, network)
    )
    network, path = _in_precision(network, path, module, device, precision)
    engine: Engine = module.load(
        network,
        path,
        device=device,
        precision=precision,
        threads=threads,
        streams=streams,
        cache=cache,
        size=size,
    )
    logger.info("%s runs on %s, %s, %s", network.name, engine.name, engine.device, engine.precision)
    return engine


def engine_names() -> list[str]:
    """List the engines there are, the preferred ones first, installed or not."""
    names = plugin_names(ENGINES)
    return sorted(names, key=lambda name: (name not in PREFERRED, (*PREFERRED, name).index(name)))


def engine_version(name: str) -> str | None:
    """Give the version of an engine, None where it is not installed."""
    version: str | None = load_plugin(ENGINES, name).version()
    return version


def _check_word(option: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise UsageError(f"There is no {option} {word!r}.", hint=did_you_mean(word, known))


def _module(name: str, network: Network) -> ModuleType:
    module = load_plugin(ENGINES, name)
    if module.version() is None:
        raise UsageError(f"The engine {name} is not installed.", hint=f"pip install {name}")
    if network.format not in module.FORMATS:
        hint = f"It reads {', '.join(sorted(module.FORMATS))}; leave --engine out."
        raise UsageError(f"The engine {name} cannot read {network.format} networks.", hint=hint)
    return module


def _in_precision(
    network: Network, path: Path, module: ModuleType, device: str, precision: str
) -> tuple[Network, Path]:
    """Take the int8 sister of a network where it is asked for or pays."""
    sister = network.in_int8()
    able = "openvino" in module.FORMATS and device in ("auto", "cpu")
    if precision == "auto" and not (sister and able and module.gains_by_int8()):
        return network, path
    if precision not in ("auto", "int8") or network.arithmetic == "int8":
        return network, path
    if sister is None:
        raise UsageError(f"The network {network.name} has no int8 file.", hint=_INT8_HINT)
    if not able:
        raise UsageError("int8 runs in the engine openvino on the processor.", hint=_INT8_HINT)
    return sister, network.folder_of(path) / sister.file


def _best_module(network: Network, device: str) -> ModuleType:
    modules = [load_plugin(ENGINES, name) for name in engine_names()]
    readers = [m for m in modules if network.format in m.FORMATS and m.version() is not None]
    if not readers:
        raise ModelError(
            f"No installed engine reads the {network.format} network {network.name}.",
            hint="pip install openvino onnxruntime opencv-python",
        )
    wanted = [device] if device != "auto" else ["cuda", "cpu"]
    for each in wanted:
        for module in readers:
            if each in module.devices():
                return module
    found = sorted({known for module in readers for known in module.devices()})
    raise UsageError(
        f"There is no device {device!r} on this machine.", hint=did_you_mean(device, found)
    )
