"""What this machine has and can do for posetrail: facts, found without changing anything."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import av
import numpy as np

from posetrail.version import __version__
from tracker.engine import Engine, choose_engine, engine_names
from tracker.errors import PosetrailError
from tracker.model_store import ModelStore, Presence
from tracker.networks import Network
from tracker.plugins import load_plugin

PACKAGES = (
    *("numpy", "scipy", "opencv-python", "av", "openvino", "onnxruntime", "lightgbm"),
    *("scikit-learn", "pandas", "pyarrow", "pydantic", "unearth"),
)
FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "amx_int8")
DECODERS = ("h264", "hevc", "vp9", "av1", "mpeg4", "mjpeg")
H264_ENCODERS = ("libx264", "libopenh264")
#: The default input height, and the width that a 16:9 picture has there.
TIMED_SIZE = (384, 672)
TIMED_S = 1.5


def examine(store: ModelStore) -> dict[str, Any]:
    """Find out everything ``posetrail doctor`` says.

    Parameters
    ----------
    store : ModelStore
        The networks there should be.

    Returns
    -------
    dict
        ``versions``, ``machine``, ``engines``, ``models``, ``codecs``, ``inference`` (None where the
        default network is not here), ``notes`` and ``problems``: lists of sentences; a problem keeps
        the main job from working.
    """
    report: dict[str, Any] = {
        "versions": versions(),
        "machine": machine(),
        "engines": engines(),
        "models": [],
        "codecs": codecs(),
        "inference": None,
        "notes": [],
        "problems": [],
    }
    if not report["codecs"]["h264_encoders"]:
        report["problems"].append("There is no H.264 encoder: annotated.mp4 cannot be written.")
    if "h264" not in report["codecs"]["decoders"]:
        report["problems"].append("There is no H.264 decoder: most videos cannot be read.")
    try:
        report["models"] = models(store)
        _try_default(store, report)
    except PosetrailError as error:
        report["problems"].append(str(error))
    return report


def versions() -> dict[str, str | None]:
    """Give the versions of Python and of the packages that matter; None where one is not installed."""
    found: dict[str, str | None] = {
        "posetrail": __version__,
        "python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def machine() -> dict[str, Any]:
    """Give system, processor, its features, cores for this process, and memory in bytes."""
    flags, name = _processor()
    return {
        "system": platform.platform(),
        "processor": name,
        "cores": os.cpu_count(),
        "usable_cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "features": None if flags is None else [f for f in FEATURES if f in flags],
        "memory_bytes": _memory(),
    }


def _processor() -> tuple[set[str] | None, str]:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:  # only Linux has it
        return None, platform.processor() or platform.machine()
    rows = dict(_cpu_row(line) for line in text.splitlines() if ":" in line)
    return set(rows.get("flags", "").split()), rows.get("model name", platform.machine())


def _cpu_row(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.strip(), value.strip()


def _memory() -> int | None:
    if not hasattr(os, "sysconf"):
        return None
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def engines() -> list[dict[str, Any]]:
    """Give name, version (None: not installed), devices and formats of every engine."""
    found = []
    for name in engine_names():
        module = load_plugin("tracker.engines", name)
        installed = module.version()
        found.append(
            {
                "name": name,
                "version": installed,
                "devices": module.devices() if installed else [],
                "formats": sorted(module.FORMATS),
            }
        )
    return found


def models(store: ModelStore) -> list[dict[str, Any]]:
    """Give every known network with its presence (hash checked), path and SHA-256."""
    return [
        {
            "name": network.name,
            "default": network.name == store.manifest.default,
            "presence": str(store.presence(network)),
            "path": str(store.where(network) or ""),
            "sha256": network.sha256,
            "licence": network.licence,
        }
        for network in store.manifest.values()
    ]


def codecs() -> dict[str, list[str]]:
    """Give the video decoders and the H.264 encoders there are."""
    return {
        "decoders": list(_codecs(DECODERS, "r")),
        "h264_encoders": list(_codecs(H264_ENCODERS, "w")),
    }


def _codecs(names: tuple[str, ...], mode: Any) -> Iterator[str]:
    for name in names:
        try:
            av.Codec(name, mode)
        except ValueError:  # PyAV's UnknownCodecError
            continue
        yield name


def _try_default(store: ModelStore, report: dict[str, Any]) -> None:
    network = store.manifest[store.manifest.default]
    if store.presence(network) is Presence.ABSENT:
        report["notes"].append(
            f"The default network {network.name} is not here; it is fetched when it is first needed, "
            "or now with `posetrail models fetch`."
        )
        return
    path = store.fetch(network)
    engine = choose_engine(network, path)
    report["notes"] += _refusals(network, path, besides=engine.name)
    report["inference"] = {
        "network": network.name,
        "engine": engine.name,
        "device": engine.device,
        "precision": engine.precision,
        "streams": engine.streams,
        "input": f"{TIMED_SIZE[1]}x{TIMED_SIZE[0]}",
        **timed(engine),
    }


def _refusals(network: Network, path: Path, *, besides: str) -> list[str]:
    """Say which other engines that are installed cannot run a network, and why."""
    notes = []
    for name in engine_names():
        if name == besides or load_plugin("tracker.engines", name).version() is None:
            continue
        try:
            choose_engine(network, path, name)
        except PosetrailError as error:
            notes.append(f"The engine {name} cannot run the default network. {error}")
    return notes


def timed(
    engine: Engine, size: tuple[int, int] = TIMED_SIZE, seconds: float | None = None
) -> dict[str, float]:
    """Run a network for a moment, as a run does: as many calls at once as pay.

    Parameters
    ----------
    engine : Engine
        Loaded and ready.
    size : (int, int)
        Height and width of the input, pixels.
    seconds : float, optional
        How long; by default `TIMED_S`.

    Returns
    -------
    dict
        ``frames_per_second``, and ``first_ms``, the time of the first call, which compiles.
    """
    image = np.random.default_rng(0).integers(0, 256, (1, *size, 3), dtype=np.uint8)
    began = time.perf_counter()
    engine.infer(image)
    first = time.perf_counter() - began
    end = time.perf_counter() + (seconds or TIMED_S)

    def work(_: int) -> int:
        done = 0
        while time.perf_counter() < end:
            engine.infer(image)
            done += 1
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(engine.streams) as pool:
        frames = sum(pool.map(work, range(engine.streams)))
    rate = frames / (time.perf_counter() - began)
    return {"frames_per_second": round(rate, 2), "first_ms": round(1000 * first, 1)}
