"""Reads the weights of a published TensorFlow.js graph model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def read_weights(model_json: Path) -> dict[str, NDArray[Any]]:
    """Read the named constants of a TensorFlow.js graph model.

    Parameters
    ----------
    model_json : Path
        The ``.json`` of the model; its weights lie in the files it names, beside it.

    Returns
    -------
    dict of str to ndarray
        Every constant under its name in the graph, float16 widened to float32.

    Raises
    ------
    ValueError
        If the files hold another number of bytes than the manifest says.
    """
    manifest = json.loads(model_json.read_text())["weightsManifest"]
    weights: dict[str, NDArray[Any]] = {}
    for group in manifest:
        blob = b"".join((model_json.parent / path).read_bytes() for path in group["paths"])
        used = 0
        for entry in group["weights"]:
            stored = np.dtype(entry.get("quantization", entry)["dtype"])
            count = int(np.prod(entry["shape"], dtype=np.int64))
            flat = np.frombuffer(blob, stored, count, used)
            weights[entry["name"]] = flat.reshape(entry["shape"]).astype(entry["dtype"])
            used += count * stored.itemsize
        if used != len(blob):
            raise ValueError(
                f"{model_json}: the manifest speaks of {used} bytes, found {len(blob)}"
            )
    return weights
