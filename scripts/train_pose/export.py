"""Writes a network as ONNX: ``python -m scripts.train_pose.export --help``.

The file takes BGR, as OpenCV decodes images, where training uses RGB, as MoveNet was published.
From a checkpoint the trained network with its averaged weights; from ``movenet-multipose.json``
MoveNet with its people drawn as maps, which needs no training.

Weights are stored as float16 and widened when the file is loaded; the arithmetic stays the engine's.
"""

from __future__ import annotations

import argparse
import hashlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from scripts.train_pose.drawn import DrawnMoveNet
from scripts.train_pose.network import PoseNet
from scripts.train_pose.trunk import MoveNetTrunk

INPUT, OUTPUT = "image", "maps"
OPSET = 13
# Biases and small constants stay as they are: they cost nothing and carry offsets.
SMALLEST_NARROWED = 64


def load_averaged(checkpoint: Path) -> PoseNet:
    """Load the network with the averaged weights of a checkpoint, ready to be used."""
    state: dict[str, Any] = torch.load(checkpoint, weights_only=True)
    net = PoseNet()
    net.load_state_dict(state["average"])
    take_bgr(net.trunk)
    return net.eval()


def load_drawn(published: Path) -> DrawnMoveNet:
    """Load MoveNet from its published graph, ready to be used."""
    net = DrawnMoveNet()
    net.trunk.load_published(published)
    take_bgr(net.trunk)
    return net.eval()


def take_bgr(trunk: MoveNetTrunk) -> None:
    """Swap the colours that the first convolution expects, so that no frame need be swapped."""
    with torch.no_grad():
        trunk.stem.weight.copy_(trunk.stem.weight.flip(1))


def export(net: nn.Module, file: Path, *, narrow: bool = True) -> None:
    """Write a network as ONNX for one image of free height and width, multiples of 32.

    Parameters
    ----------
    net : Module
        In evaluation mode.
    file : Path
        Written whole or not at all.
    narrow : bool
        Store the weights as float16: half the size.
    """
    aside = file.with_suffix(".part")
    free = {2: "height", 3: "width"}
    with warnings.catch_warnings(), torch.no_grad():
        # The tracing exporter writes the plainest graph, which OpenCV's importer reads too; it
        # warns that it is old, and of constants that it leaves as they are.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            (torch.zeros(1, 3, 64, 96),),
            aside,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: free, OUTPUT: {2: "rows", 3: "columns"}},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load(aside)
    if narrow:
        narrow_weights(model)
    onnx.checker.check_model(model)
    aside.write_bytes(model.SerializeToString())
    aside.replace(file)


def narrow_weights(model: onnx.ModelProto) -> None:
    """Store large float32 constants as float16, each widened by a Cast, in place."""
    casts = []
    for constant in model.graph.initializer:
        values = numpy_helper.to_array(constant)
        if values.dtype != np.float32 or values.size < SMALLEST_NARROWED:
            continue
        name = constant.name
        constant.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="checkpoint.pt, or movenet-multipose.json")
    parser.add_argument("file", type=Path, help="models/pose/<name>.onnx")
    parser.add_argument("--wide", action="store_true", help="float32 weights: twice the size")
    given = parser.parse_args()
    load = load_drawn if given.source.suffix == ".json" else load_averaged
    export(load(given.source), given.file, narrow=not given.wide)
    content = given.file.read_bytes()
    print(f"{given.file} {len(content)} bytes sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
