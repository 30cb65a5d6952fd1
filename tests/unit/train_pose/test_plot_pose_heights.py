"""The curve of average precision is drawn, the same figures to the same file."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.plot_pose_heights import SHOWN, draw


def test_the_same_figures_make_the_same_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="plots need the extra `bench`")
    curves = {
        precision: {name: [0.2, 0.3 + shift] for name in SHOWN}
        for precision, shift in (("float32", 0.01), ("int8", 0.0))
    }
    for name in ("first.svg", "second.svg"):
        draw(tmp_path / name, (192, 368), curves, "default")
    first = (tmp_path / "first.svg").read_text()
    assert first == (tmp_path / "second.svg").read_text()
    for word in ("float32", "int8", *SHOWN.values()):
        assert f">{word}<" in first
