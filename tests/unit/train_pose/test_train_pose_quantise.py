"""Which layers become integers, and how images are shown to the quantiser."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="the training code needs the extra `train`")
pytest.importorskip("nncf", reason="quantising needs the extra `train`")

from scripts.train_pose.quantise import INTEGERS, SIZE, seen


@pytest.mark.parametrize(
    ("name", "integers"),
    [
        ("/trunk/blocks.1/depthwise/Conv/WithoutBiases", True),
        ("/clued/trunk/blocks.16/project_1/Conv/WithoutBiases", True),
        ("/trunk/last/Conv/WithoutBiases", True),
        ("/correction/blocks.0/blocks.0.0/Conv/WithoutBiases", False),
        ("/correction/last/Conv/WithoutBiases", False),
        ("/trunk/blocks.0/project/Conv/WithoutBiases", False),
        ("/trunk/stem/Conv/WithoutBiases", False),
        ("/trunk/merge.2/pointwise/Conv/WithoutBiases", False),
        ("/kpt_heatmap/kpt_heatmap.1/Conv/WithoutBiases", False),
    ],
)
def test_layers_that_become_integers(name: str, integers: bool) -> None:
    assert bool(re.match(INTEGERS, name)) == integers


@pytest.mark.parametrize("size", [(480, 640), (640, 480), (100, 1000), (77, 33)])
def test_an_image_is_shown_whole_and_scaled(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "white.png"
    cv2.imwrite(str(path), np.full((*size, 3), 255, np.uint8))
    shown = seen(path)
    assert shown.shape == (1, 3, *SIZE)
    white = (shown > 0.99).all(1)[0]
    share = min(SIZE[0] / size[0], SIZE[1] / size[1])
    assert white.sum() == pytest.approx(size[0] * size[1] * share**2, rel=0.03)
    assert (shown[:, :, ~white] == -1).all()


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no image")
    with pytest.raises(ValueError, match=r"text\.png is no image"):
        seen(tmp_path / "text.png")
