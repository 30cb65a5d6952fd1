"""Writes a network as ONNX: ``python -m scripts.train_pose.export --help``.

The file takes BGR, as OpenCV decodes images, where training uses RGB, as MoveNet was published.
From ``movenet-multipose.json`` alone MoveNet as published, its people drawn as maps. With a checkpoint, weights
between the published and the trained ones: what was learned from few images counts, and what was known
from many is kept (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).

Weights are stored as float16 and widened when the file is loaded; the arithmetic stays the engine's.
"""

from __future__ import annotations

import argparse
import hashlib
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from scripts.train_pose.drawn import DrawnMoveNet
from scripts.train_pose.looks import LOOKS, Look
from scripts.train_pose.trunk import MoveNetTrunk

INPUT, OUTPUT = "image", "maps"
OPSET = 13
# Biases and small constants stay as they are: they cost nothing and carry offsets.
SMALLEST_NARROWED = 64
# How far to go from the published weights to the trained ones: the middle, without a search.
SHARE = 0.5


def load(
    published: Path, looks: tuple[Look, ...], checkpoint: Path | None, share: float = SHARE
) -> DrawnMoveNet:
    """Load MoveNet from its published graph, `share` of the way to a checkpoint if there is one."""
    net = DrawnMoveNet(looks)
    net.trunk.load_published(published)
    if checkpoint is not None:
        go_towards(net.trunk, torch.load(checkpoint, weights_only=True)["average"], share)
    take_bgr(net.trunk)
    return net.eval()


def go_towards(trunk: MoveNetTrunk, trained: dict[str, Tensor], share: float) -> None:
    """Move the weights that were trained a share of the way to what they became, in place."""
    own = trunk.state_dict()
    for name, value in trained.items():
        own[name].lerp_(value, share)


def take_bgr(trunk: MoveNetTrunk) -> None:
    """Swap the colours that the first convolution expects, so that no frame need be swapped."""
    with torch.no_grad():
        trunk.stem.weight.copy_(trunk.stem.weight.flip(1))


def export(
    net: nn.Module, file: Path, *, outputs: Sequence[str] = (OUTPUT,), narrow: bool = True
) -> None:
    """Write a network as ONNX for one image of free height and width, multiples of 32.

    Parameters
    ----------
    net : Module
        In evaluation mode.
    file : Path
        Written whole or not at all.
    outputs : sequence of str
        Names of what it gives.
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
            output_names=list(outputs),
            dynamic_axes={INPUT: free}
            | {name: {2: f"{name}_rows", 3: f"{name}_columns"} for name in outputs},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load(aside)
    unshare_biases(model)
    if narrow:
        narrow_weights(model)
    onnx.checker.check_model(model)
    aside.write_bytes(model.SerializeToString())
    aside.replace(file)


def unshare_biases(model: onnx.ModelProto) -> None:
    """Give every convolution a bias of its own, in place.

    Where several looks share one, OpenVINO fuses neither it nor what follows into the convolution,
    which costs a fifth of the time. The weights stay shared.
    """
    biases = {each.name: each for each in model.graph.initializer if len(each.dims) == 1}
    taken: set[str] = set()
    for node in model.graph.node:
        if node.op_type != "Conv" or len(node.input) < 3 or node.input[2] not in biases:
            continue
        name = node.input[2]
        if name in taken:
            node.input[2] = f"{name}.{node.name}"
            copy = model.graph.initializer.add()
            copy.CopyFrom(biases[name])
            copy.name = node.input[2]
        taken.add(node.input[2])


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
    parser.add_argument("published", type=Path, help="movenet-multipose.json, its .bin beside it")
    parser.add_argument("file", type=Path, help="models/pose/<name>.onnx")
    parser.add_argument("--looks", choices=LOOKS, default="two", help="see looks.py")
    parser.add_argument("--checkpoint", type=Path, help="without: MoveNet as published")
    parser.add_argument("--share", type=float, default=SHARE, help="1: the checkpoint's weights")
    parser.add_argument("--wide", action="store_true", help="float32 weights: twice the size")
    given = parser.parse_args()
    export(
        load(given.published, LOOKS[given.looks], given.checkpoint, given.share),
        given.file,
        narrow=not given.wide,
    )
    content = given.file.read_bytes()
    print(f"{given.file} {len(content)} bytes sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
