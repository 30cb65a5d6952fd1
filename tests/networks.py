"""Tiny OpenPose-like networks that tests write: each map is a weighted sum of the block means of a picture.

The same weights in every format, so that every engine must give the same, known answer.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.networks import Network
from tracker.skeleton import COCO18

STRIDE = 8
CHANNELS = COCO18.n_channels


def tiny_weights(channels: int = CHANNELS, seed: int = 0) -> NDArray[np.float32]:
    """Weights of a convolution with kernel and stride 8, shape (channels, 3, 8, 8): block means, mixed."""
    mix = np.random.default_rng(seed).normal(size=(channels, 3, 1, 1)).astype(np.float32)
    return np.ascontiguousarray(np.broadcast_to(mix / STRIDE**2, (channels, 3, STRIDE, STRIDE)))


def expected_maps(network: Network, images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What a tiny network must give, computed another way: (n, channels, h / 8, w / 8)."""
    pixels = images[..., ::-1] if network.colour == "rgb" else images
    values = (pixels.astype(np.float64) - network.mean) / network.scale
    n, height, width, _ = values.shape
    blocks = values.reshape(n, height // STRIDE, STRIDE, width // STRIDE, STRIDE, 3).mean((2, 4))
    mix = tiny_weights()[:, :, 0, 0].astype(np.float64) * STRIDE**2
    maps = np.einsum("nhwc,kc->nkhw", blocks, mix)
    if network.channel_order == "paf_confidence":
        pafs = 2 * len(COCO18.limbs)
        maps = np.concatenate([maps[:, pafs:], maps[:, :pafs]], axis=1)
    return maps


def tiny_network(folder: Path, kind: str, **changes: Any) -> tuple[Network, Path]:
    """Write a tiny network of a format into a folder; give its description and its file."""
    path, weights = WRITERS[kind](folder, tiny_weights())
    description = {
        "name": f"tiny_{kind}",
        "file": path.name,
        "weights": None if weights is None else {"file": weights.name},
        "format": kind,
        "layout": "nhwc" if kind == "tensorflow" else "nchw",
        "skeleton": "coco18",
        "folder": folder,
    }
    return Network.model_validate(description | changes), path


def write_onnx(
    folder: Path, weights: NDArray[np.float32], outputs: int = 1
) -> tuple[Path, Path | None]:
    """A convolution with free input size; with two outputs, maps come split in two."""
    from onnx import TensorProto, checker, helper, numpy_helper, save

    joined = "maps" if outputs == 1 else "joined"
    nodes = [helper.make_node("Conv", ["image", "w"], [joined], strides=[STRIDE, STRIDE])]
    constants = [numpy_helper.from_array(weights, "w")]
    names = {"maps": len(weights)}
    if outputs == 2:
        first = COCO18.n_confidence_maps
        names = {"confidence": first, "pafs": len(weights) - first}
        constants.append(numpy_helper.from_array(np.array(list(names.values())), "sizes"))
        nodes.append(helper.make_node("Split", [joined, "sizes"], list(names), axis=1))
    float_type = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", float_type, ["n", 3, "h", "w"])],
        [
            helper.make_tensor_value_info(k, float_type, ["n", c, "y", "x"])
            for k, c in names.items()
        ],
        constants,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="tests"
    )
    checker.check_model(model)
    path = folder / "tiny.onnx"
    save(model, path)
    return path, None


def write_openvino(folder: Path, weights: NDArray[np.float32]) -> tuple[Path, Path | None]:
    """The ONNX network as OpenVINO IR."""
    import openvino

    source, _ = write_onnx(folder, weights)
    openvino.save_model(openvino.Core().read_model(source), folder / "tiny.xml")
    return folder / "tiny.xml", folder / "tiny.bin"


def write_tensorflow(folder: Path, weights: NDArray[np.float32]) -> tuple[Path, Path | None]:
    """A frozen graph (tensorflow/core/framework/graph.proto), channels last."""
    float_type = _field(6, 1)  # AttrValue.type = DT_FLOAT
    unknown = _message(7, _message(2, _field(1, -1)) * 3 + _message(2, _field(1, 3)))
    kernel = np.ascontiguousarray(weights.transpose(2, 3, 1, 0))
    shape = b"".join(_message(2, _field(1, side)) for side in kernel.shape)
    tensor = _field(1, 1) + _message(2, shape) + _message(4, kernel.tobytes())
    strides = _message(1, _message(3, b"".join(_varint(s) for s in (1, STRIDE, STRIDE, 1))))
    conv = {
        "T": float_type,
        "strides": strides,
        "padding": _message(2, b"VALID"),
        "data_format": _message(2, b"NHWC"),
    }
    graph = (
        _node("image", "Placeholder", [], {"dtype": float_type, "shape": unknown})
        + _node("w", "Const", [], {"dtype": float_type, "value": _message(8, tensor)})
        + _node("maps", "Conv2D", ["image", "w"], conv)
    )
    path = folder / "tiny.pb"
    path.write_bytes(graph)
    return path, None


def write_caffe(folder: Path, weights: NDArray[np.float32]) -> tuple[Path, Path | None]:
    """A prototxt and a caffemodel (caffe.proto)."""
    text = folder / "tiny.prototxt"
    text.write_text(
        'name: "tiny"\ninput: "image"\n'
        f"input_dim: 1 input_dim: 3 input_dim: {4 * STRIDE} input_dim: {4 * STRIDE}\n"
        'layer { name: "maps" type: "Convolution" bottom: "image" top: "maps"\n'
        f"  convolution_param {{ num_output: {len(weights)} bias_term: false"
        f" kernel_size: {STRIDE} stride: {STRIDE} }} }}\n"
    )
    dims = b"".join(_varint(side) for side in weights.shape)
    blob = _message(5, weights.tobytes()) + _message(7, _message(1, dims))
    names = _message(1, b"maps") + _message(2, b"Convolution")
    layer = names + _message(3, b"image") + _message(4, b"maps") + _message(7, blob)
    binary = folder / "tiny.caffemodel"
    binary.write_bytes(_message(1, b"tiny") + _message(100, layer))
    return text, binary


WRITERS: dict[str, Callable[..., tuple[Path, Path | None]]] = {
    "onnx": write_onnx,
    "openvino": write_openvino,
    "tensorflow": write_tensorflow,
    "caffe": write_caffe,
}


# Protocol buffers by hand (protobuf.dev/programming-guides/encoding): tests need no TensorFlow or Caffe.
def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + struct.pack("B", value)


def _field(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _message(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _node(name: str, kind: str, inputs: list[str], attributes: dict[str, bytes]) -> bytes:
    content = _message(1, name.encode()) + _message(2, kind.encode())
    content += b"".join(_message(3, each.encode()) for each in inputs)
    for key, value in attributes.items():
        content += _message(5, _message(1, key.encode()) + _message(2, value))
    return _message(1, content)
