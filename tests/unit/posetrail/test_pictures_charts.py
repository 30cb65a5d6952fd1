from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from posetrail.pictures.charts import bar_chart, confusion_chart, write_picture


def test_a_confusion_matrix_is_as_large_as_its_classes_and_dark_where_it_is_right() -> None:
    confusion = np.array([[9, 1], [0, 10]])
    small = confusion_chart(["serve", "volley"], confusion)
    assert small.dtype == np.uint8
    assert small.shape[0] == small.shape[1]
    large = confusion_chart([f"class {i}" for i in range(9)], np.eye(9, dtype=int))
    assert large.shape[0] - small.shape[0] >= 7 * 50
    dark = (small < 100).any(axis=2).mean()
    wrong = confusion_chart(["serve", "volley"], np.zeros((2, 2), int))
    assert dark > (wrong < 100).any(axis=2).mean()


@pytest.mark.parametrize("name", ["Aufschläge", "サーブ", "a" * 200, "", "with | bar\nand line"])
def test_any_class_name_can_be_drawn(name: str) -> None:
    image = confusion_chart([name, "other"], np.eye(2, dtype=int))
    assert max(image.shape) < 1000


def test_bars_are_as_long_as_their_shares() -> None:
    image = bar_chart({"first": 0.4, "second": 0.2, "third": 0.0})
    blue = (image == (150, 90, 30)).all(axis=2).sum(axis=1)
    lengths = sorted({int(row) for row in blue if row > 1})
    assert lengths[-1] == pytest.approx(2 * lengths[-2], abs=3)
    assert bar_chart({}).size > 0


def test_a_picture_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "report" / "bars.png"
    write_picture(path, bar_chart({"a": 1.0}))
    assert cv2.imread(str(path)) is not None
    assert [each.name for each in path.parent.iterdir()] == ["bars.png"]
