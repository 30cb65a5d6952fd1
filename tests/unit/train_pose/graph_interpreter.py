"""Runs a TensorFlow.js graph node by node in numpy: slow, small, and independent of the importer."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def run_graph(
    model_json: Path, weights: dict[str, Any], given: dict[str, Array], wanted: str
) -> Array:
    """Compute the node `wanted` from the values of some nodes, channels last."""
    topology = json.loads(model_json.read_text())["modelTopology"]["node"]
    nodes = {node["name"]: node for node in topology}
    values: dict[str, Any] = dict(given)

    def value(name: str) -> Any:
        if name not in values:
            node = nodes[name]
            if node["op"] == "Const":
                values[name] = weights[name]
            else:
                inputs = node["input"][: 1 if node["op"] == "ResizeBilinear" else None]
                values[name] = _apply(node, [value(part) for part in inputs])
        return values[name]

    result: Array = value(wanted)
    return result


def _apply(node: dict[str, Any], inputs: list[Any]) -> Array:
    op = node["op"]
    if op in ("AddV2", "Sub", "Mul"):
        return {"AddV2": np.add, "Sub": np.subtract, "Mul": np.multiply}[op](*inputs)
    if op in ("Cast", "Identity"):
        return inputs[0]
    if op == "ResizeBilinear":
        return _double(_double(inputs[0], 1), 2)
    if "Conv2D" in op or "Depthwise" in op:
        return _convolve(node["attr"], inputs, depthwise="Depthwise" in op)
    raise NotImplementedError(op)


def _convolve(attr: dict[str, Any], inputs: list[Array], *, depthwise: bool) -> Array:
    x, kernel = inputs[0][0], inputs[1]
    stride = int(attr["strides"]["list"]["i"][1])
    out: Array = np.zeros((1,), np.float32)
    for dy, dx, window in _windows(x, kernel.shape[0], stride):
        out = out + (window * kernel[dy, dx, :, 0] if depthwise else window @ kernel[dy, dx])
    for fused in attr.get("fused_ops", {"list": {}})["list"].get("s", []):
        kind = base64.b64decode(fused).decode()
        ceiling = 6.0 if kind == "Relu6" else np.inf
        out = out + inputs[2] if kind == "BiasAdd" else np.clip(out, 0.0, ceiling)
    return out[None].astype(np.float32)


def _windows(x: Array, size: int, stride: int) -> Iterable[tuple[int, int, Array]]:
    rows, cols = -(-x.shape[0] // stride), -(-x.shape[1] // stride)
    # "SAME": the padding that just lets `rows` windows fit, the odd pixel of it after.
    pads = [
        max((n - 1) * stride + size - m, 0) for n, m in ((rows, x.shape[0]), (cols, x.shape[1]))
    ]
    padded = np.pad(x, [*((pad // 2, pad - pad // 2) for pad in pads), (0, 0)])
    for dy in range(size):
        for dx in range(size):
            yield dy, dx, padded[dy : dy + rows * stride : stride, dx : dx + cols * stride : stride]


def _double(x: Array, axis: int) -> Array:
    n = x.shape[axis]
    at = (np.arange(2 * n) + 0.5) / 2 - 0.5
    low = np.floor(at).astype(int)
    shape = [-1 if k == axis else 1 for k in range(x.ndim)]
    share = (at - low).reshape(shape)
    first, second = (x.take(np.clip(low + k, 0, n - 1), axis) for k in (0, 1))
    return np.asarray(first * (1 - share) + second * share, np.float32)
