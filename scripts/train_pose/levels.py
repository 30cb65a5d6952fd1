"""What training starts from: the early blocks of the trunk in OpenVINO, three times as fast as in torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino
import torch
from torch import Tensor, nn

from scripts.train_pose.data import Bytes
from scripts.train_pose.export import export
from scripts.train_pose.trunk import Levels, MoveNetTrunk


class _EarlyBlocks(nn.Module):
    def __init__(self, trunk: MoveNetTrunk) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, image: Tensor) -> Levels:
        return self.trunk.levels(image)


class LevelReader:
    """Reads the levels of views of one size.

    Parameters
    ----------
    published : Path
        ``movenet-multipose.json``.
    size : int
        Height and width of the views in pixels.
    cache : Path
        Where the graph is written to.
    threads : int
        Processor threads.
    """

    def __init__(self, published: Path, size: int, cache: Path, threads: int) -> None:
        trunk = MoveNetTrunk(branches=())
        trunk.load_published(published)
        file = cache / "levels.onnx"
        export(_EarlyBlocks(trunk).eval(), file, outputs=Levels._fields)
        core = openvino.Core()
        model = core.read_model(file)
        model.reshape([1, 3, size, size])
        self._request = core.compile_model(
            model, "CPU", {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
        ).create_infer_request()

    def read(self, images: Bytes) -> Levels:
        """Give the levels of views (batch, size, size, 3), RGB, as bfloat16."""
        scaled = images.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1
        parts = zip(*(self._one(image[None]) for image in scaled), strict=True)
        return Levels(*map(torch.cat, parts))

    def _one(self, image: np.ndarray) -> list[Tensor]:
        self._request.infer([image])
        outputs = range(len(Levels._fields))
        return [
            torch.from_numpy(self._request.get_output_tensor(k).data.copy()).bfloat16()
            for k in outputs
        ]
