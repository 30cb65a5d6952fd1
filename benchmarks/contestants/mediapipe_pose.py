"""mediapipe's pose solution with its own weights: one person in each frame, whoever it sees first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

PACKAGES = ("mediapipe",)


def prepare(clip: Path, folder: Path) -> Callable[[int], int]:
    """Load it; give a function that processes some frames and says how many they were."""
    import cv2
    import mediapipe

    def run(frames: int) -> int:
        capture, done = cv2.VideoCapture(str(clip)), 0
        with mediapipe.solutions.pose.Pose() as pose:
            while done < frames:
                ok, image = capture.read()
                if not ok:
                    break
                pose.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
                done += 1
        return done

    return run
