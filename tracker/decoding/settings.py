"""Every threshold of the decoder, named, with its default and where it comes from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tracker.settings import Settings


class DecoderSettings(Settings):
    """How the maps of an OpenPose network become people.

    Figures for each: docs/decisions/0040-decoding.md.
    """

    smoothing: float = Field(0.3, ge=0, le=10)
    """Sigma of the Gaussian over the confidence maps, in map cells; 0 leaves them (OpenPose's Python: 0.4)."""
    peak_threshold: float = Field(0.04, ge=0, le=1)
    """Confidence a peak must exceed; tuned (OpenPose `nmsThreshold`: 0.05)."""
    sub_pixel: bool = True
    """Place peaks between the cells, by the parabola through the logarithms of three neighbours."""
    max_peaks: int = Field(127, ge=1, le=10_000)
    """Candidates kept for each keypoint, the best ones (OpenPose `POSE_MAX_PEOPLE`: 127)."""
    limb_samples: int = Field(10, ge=2, le=100)
    """Points along a candidate limb at which the field is read (OpenPose: 10 in the paper's code)."""
    limb_threshold: float = Field(0.0, ge=-1, le=1)
    """Field along the limb a point must exceed; tuned (OpenPose `connectInterThreshold`: 0.05)."""
    limb_share: float = Field(0.7, ge=0, le=1)
    """Share of the points that must count; OpenPose's code has 0.8, later 0.95."""
    nearest: int = Field(12, ge=1)
    """Ends tried for each start of a limb, the nearest ones: the cost of a crowd grows linearly."""
    middle_threshold: float = Field(0.01, ge=-1, le=1)
    """Field in the middle of a candidate limb it must exceed to be read at all; spares crowds time."""
    long_limb: float = Field(0.5, gt=0)
    """Limbs longer than this share of the map's height lose score (OpenPose's prior: 0.5)."""
    max_stretch: float = Field(2.5, gt=1)
    """A limb longer than this many times what the person's other limbs say is cut."""
    assignment: Literal["greedy", "hungarian"] = "greedy"
    """How candidates are matched along a limb: best first, as OpenPose, or best sum."""
    min_keypoints: int = Field(3, ge=1)
    """People with fewer keypoints are dropped (OpenPose `connectMinSubsetCnt`: 3)."""
    min_score: float = Field(0.2, ge=0)
    """Smallest mean of a person's keypoint and limb scores (OpenPose `connectMinSubsetScore`: 0.4)."""
