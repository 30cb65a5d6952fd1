"""Keypoint layouts as data: names, limbs, mirror pairs. The only place that knows how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.errors import UsageError, did_you_mean

Pair = tuple[int, int]


@dataclass(frozen=True)
class Skeleton:
    """A keypoint layout. Left and right are the subject's.

    Parameters
    ----------
    name : str
        Name of the layout, for example ``coco18``.
    keypoints : tuple of str
        Keypoint names in snake_case, in order.
    limbs : tuple of (int, int)
        Limbs in the order of the network's part affinity fields: limb ``k`` is channels ``2k`` (x)
        and ``2k + 1`` (y). Empty for a layout that no OpenPose network has.
    drawn : tuple of (int, int)
        Limbs that are drawn, in the order in which OpenPose assembles people over them.

    Raises
    ------
    ValueError
        If a name stands twice or a limb points outside the layout.
    """

    name: str
    keypoints: tuple[str, ...]
    limbs: tuple[Pair, ...]
    drawn: tuple[Pair, ...]

    def __post_init__(self) -> None:
        if len(set(self.keypoints)) != len(self.keypoints):
            raise ValueError(f"skeleton {self.name}: a keypoint name stands twice")
        used = {end for limb in self.limbs + self.drawn for end in limb}
        if used and (min(used) < 0 or max(used) >= len(self)):
            raise ValueError(
                f"skeleton {self.name}: a limb points outside its {len(self)} keypoints"
            )

    def __len__(self) -> int:
        """Count the keypoints."""
        return len(self.keypoints)

    @property
    def n_confidence_maps(self) -> int:
        """Keypoints and the background."""
        return len(self) + 1

    @property
    def n_channels(self) -> int:
        """Channels of an OpenPose network: confidence maps, then two for each limb."""
        return self.n_confidence_maps + 2 * len(self.limbs)

    def has(self, name: str) -> bool:
        """Tell whether the layout has a keypoint of this name."""
        return name in self.keypoints

    def index(self, name: str) -> int:
        """Give the number of a keypoint.

        Raises
        ------
        UsageError
            If the layout has no such keypoint; the message suggests the nearest name.
        """
        if name not in self.keypoints:
            raise UsageError(
                f"Skeleton {self.name} has no keypoint {name!r}.",
                hint=did_you_mean(name, self.keypoints),
            )
        return self.keypoints.index(name)

    @cached_property
    def mirror(self) -> NDArray[np.intp]:
        """Permutation that swaps left and right: ``xy[:, skeleton.mirror]``, shape (keypoints,)."""
        return np.array([self.keypoints.index(other_side(name)) for name in self.keypoints])

    @cached_property
    def assembly_order(self) -> tuple[int, ...]:
        """Numbers of ``limbs`` in the order in which people are assembled.

        The drawn limbs first, in drawn order, then the rest, which only join parts and never start
        a person (OpenPose, ``bodyPartConnectorBase.cpp``).
        """
        first = [self.limbs.index(limb) for limb in self.drawn if limb in self.limbs]
        return tuple(first + [k for k in range(len(self.limbs)) if k not in first])


def other_side(name: str) -> str:
    """Name the same joint of the other side: ``left_wrist`` for ``right_wrist``, ``nose`` for itself."""
    side, _, rest = name.partition("_")
    return {"left": f"right_{rest}", "right": f"left_{rest}"}.get(side, name)


def skeleton_named(name: str) -> Skeleton:
    """Look up a known skeleton by name.

    Raises
    ------
    UsageError
        If there is none; the message suggests the nearest name.
    """
    if name not in SKELETONS:
        raise UsageError(f"There is no skeleton {name!r}.", hint=did_you_mean(name, SKELETONS))
    return SKELETONS[name]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _pairs(text: str) -> tuple[Pair, ...]:
    pairs = (pair.split("-") for pair in text.replace(" ", "").split(","))
    return tuple((int(a), int(b)) for a, b in pairs)


def _chains(text: str) -> tuple[Pair, ...]:
    chains = (
        [int(part) for part in chain.split("-")] for chain in text.replace(" ", "").split(",")
    )
    return tuple(pair for chain in chains for pair in pairwise(chain))


# Orders of keypoints, limbs and PAF channels: OpenPose, src/openpose/pose/poseParameters.cpp.
COCO18 = Skeleton(
    "coco18",
    _names(
        "nose neck right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist "
        "right_hip right_knee right_ankle left_hip left_knee left_ankle right_eye left_eye "
        "right_ear left_ear"
    ),
    _pairs(
        "1-8,8-9,9-10,1-11,11-12,12-13,1-2,2-3,3-4,2-16,1-5,5-6,6-7,5-17,1-0,0-14,0-15,14-16,15-17"
    ),
    _pairs("1-2,1-5,2-3,3-4,5-6,6-7,1-8,8-9,9-10,1-11,11-12,12-13,1-0,0-14,14-16,0-15,15-17"),
)
MPI15 = Skeleton(
    "mpi15",
    _names(
        "head neck right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist "
        "right_hip right_knee right_ankle left_hip left_knee left_ankle chest"
    ),
    _pairs("0-1,1-2,2-3,3-4,1-5,5-6,6-7,1-14,14-8,8-9,9-10,14-11,11-12,12-13"),
    _pairs("0-1,1-2,2-3,3-4,1-5,5-6,6-7,1-14,14-8,8-9,9-10,14-11,11-12,12-13"),
)
BODY25 = Skeleton(
    "body25",
    _names(
        "nose neck right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist "
        "mid_hip right_hip right_knee right_ankle left_hip left_knee left_ankle right_eye "
        "left_eye right_ear left_ear left_big_toe left_small_toe left_heel right_big_toe "
        "right_small_toe right_heel"
    ),
    _pairs(
        "1-8,9-10,10-11,8-9,8-12,12-13,13-14,1-2,2-3,3-4,2-17,1-5,5-6,6-7,5-18,1-0,0-15,0-16,"
        "15-17,16-18,14-19,19-20,14-21,11-22,22-23,11-24"
    ),
    _pairs(
        "1-8,1-2,1-5,2-3,3-4,5-6,6-7,8-9,9-10,10-11,8-12,12-13,13-14,1-0,0-15,15-17,0-16,16-18,"
        "14-19,19-20,14-21,11-22,22-23,11-24"
    ),
)
COCO17 = Skeleton(
    "coco17",
    _names(
        "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow "
        "right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle "
        "right_ankle"
    ),
    (),
    _chains("3-1-0-2-4,9-7-5-6-8-10,5-11-13-15,6-12-14-16,11-12"),
)
#: People known by their box alone: the middle of the upper edge stands for the neck; left and
#: right of the corners are the image's.
BOX = Skeleton(
    "box",
    ("neck", "top_left", "top_right", "bottom_right", "bottom_left"),
    (),
    _chains("1-2-3-4-1"),
)
SKELETONS = {skeleton.name: skeleton for skeleton in (COCO18, MPI15, BODY25, COCO17, BOX)}
