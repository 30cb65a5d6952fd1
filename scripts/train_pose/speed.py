"""Times networks against each other in one run: ``python -m scripts.train_pose.speed --help``.

``int8`` times the int8 sister of a network that has one, what is float in it in bfloat16, and the others
in bfloat16. A machine's own milliseconds say little elsewhere; ratios of runs that alternate say more.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

import numpy as np
import openvino
from numpy.typing import NDArray

from tracker.networks import Network, read_manifest

ROUNDS, REPEATS = 15, 3


def main() -> None:
    """Print the median time of each network and its ratio to the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="+", help="names in the manifest; the first is 1.0")
    parser.add_argument("--manifest", type=Path, default=Path("models/manifest.yaml"))
    parser.add_argument("--models-dir", type=Path, nargs="*", default=[], help="where files lie")
    parser.add_argument("--size", type=int, nargs=2, default=(656, 368), help="width, height")
    parser.add_argument("--precisions", nargs="+", default=["bf16", "f32", "int8"])
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    manifest = read_manifest(given.manifest)
    folders = [given.manifest.parent, *given.models_dir]
    for precision in given.precisions:
        options = {
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "int8" else precision,
            "INFERENCE_NUM_THREADS": given.threads,
            "PERFORMANCE_HINT": "LATENCY",
        }
        loaded = [
            prepared(in_precision(manifest[name], precision), folders, given.size, options)
            for name in given.networks
        ]
        rounds = [[once(request, image) for request, image in loaded] for _ in range(ROUNDS)]
        times = np.median(rounds, axis=0)
        for name, seconds in zip(given.networks, times, strict=True):
            print(f"{precision} {name:20s} {1e3 * seconds:7.1f} ms  ratio {seconds / times[0]:.2f}")


def in_precision(network: Network, precision: str) -> Network:
    """Give the int8 sister where int8 is asked for and there is one, else the network itself."""
    return (network.in_int8() if precision == "int8" else None) or network


def prepared(
    network: Network, folders: list[Path], size: tuple[int, int], options: dict[str, object]
) -> tuple[openvino.InferRequest, NDArray[np.float32]]:
    """Load a network and make an input of its own padded size."""
    file = next(folder / network.file for folder in folders if (folder / network.file).exists())
    width, height = (-(-side // network.multiple) * network.multiple for side in size)
    shape = (1, 3, height, width) if network.layout == "nchw" else (1, height, width, 3)
    core = openvino.Core()
    model = core.read_model(file)
    model.reshape(shape)
    pixels = np.random.default_rng(0).uniform(0, 255, shape)
    image = ((pixels - network.mean[0]) / network.scale[0]).astype(np.float32)
    return core.compile_model(model, "CPU", options).create_infer_request(), image


def once(request: openvino.InferRequest, image: NDArray[np.float32]) -> float:
    """Give the shortest of a few runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        request.infer([image])
        times.append(perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
