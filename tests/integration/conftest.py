"""Videos and settings that several files of tests share."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from posetrail.config import Config, load_config
from tests.blobs import FRAMES


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    for i in range(FRAMES):
        image = np.zeros((120, 160, 3), np.uint8)
        cv2.circle(image, (40 + 2 * i, 60), 6, (255, 255, 255), -1)
        cv2.imwrite(str(folder / f"{i:03d}.png"), image)
    return folder


@pytest.fixture
def config() -> Config:
    return load_config(overrides={"video.fps": 20.0})
