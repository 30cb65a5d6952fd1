"""People carried from frame to frame by optical flow, between frames that the network looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tracker.assignment import assign
from tracker.merging import sizes_of
from tracker.poses import FloatArray, Poses, State
from tracker.settings import Settings

Image = NDArray[np.uint8]

#: Flow is read in pictures of at most this height, in pixels.
_TALLEST = 720


class FlowSettings(Settings):
    """How people are carried (docs/decisions/0200-zoom-and-skip.md)."""

    window: int = Field(15, ge=5, le=99)
    """Side of the square around a keypoint that is followed, in pixels of a picture 720 high."""
    levels: int = Field(3, ge=0, le=6)
    """Halvings of the picture for large motions."""
    there_and_back: float = Field(0.03, gt=0)
    """How far from where it began a keypoint may come out that is followed on and back, in sizes of
    its person; half a pixel is always allowed."""
    drift: float = Field(0.15, gt=0)
    """How far a keypoint that was carried may arrive from what the network then sees, in sizes."""
    share: float = Field(0.6, gt=0, le=1)
    """Share of a person's keypoints that must be carried, else the network looks."""
    sure_score: float = Field(0.15, ge=0, le=1)
    """The network looks again only for people of at least this mean score; others are left out."""
    longest_s: float = Field(0.12, gt=0)
    """With `skip: auto` the network looks at least this often, in seconds by the frames' own times;
    where frames lie farther apart, it looks at each."""


class FlowPicture:
    """A picture made ready for reading flow.

    Parameters
    ----------
    image : uint8 array, shape (height, width, 3)
        Blue, green, red.
    """

    def __init__(self, image: Image) -> None:
        self.scale = min(1.0, _TALLEST / image.shape[0])
        grey: Any = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        if self.scale < 1:
            size = (round(image.shape[1] * self.scale), _TALLEST)
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        self.grey: Image = grey


def followed(
    old: FlowPicture,
    new: FlowPicture,
    places: FloatArray,
    sizes: FloatArray,
    settings: FlowSettings,
) -> FloatArray:
    """Follow keypoints from one picture to the next, and back.

    Parameters
    ----------
    old, new : FlowPicture
        The two pictures.
    places : float32 array, shape (people, keypoints, 2)
        Pixels in the old picture; NaN where there is nothing to follow.
    sizes : float32 array, shape (people,)
        Pixels; a keypoint that does not come back to where it began is lost.
    settings : FlowSettings
        The parameters.

    Returns
    -------
    float32 array, shape (people, keypoints, 2)
        Pixels in the new picture; NaN where a keypoint was lost.

    Notes
    -----
    Lucas and Kanade (IJCAI 1981) in pyramids (Bouguet, 2001); the way back as in Kalal et al.,
    "Forward-backward error" (ICPR 2010).
    """
    found = np.isfinite(places[..., 0])
    carried = np.full_like(places, np.nan)
    if not found.any():
        return carried
    start = np.ascontiguousarray(places[found] * np.float32(old.scale))
    window = (settings.window, settings.window)
    options: dict[str, Any] = {"winSize": window, "maxLevel": settings.levels}
    unknown: Any = None
    end, there, _ = cv2.calcOpticalFlowPyrLK(old.grey, new.grey, start, unknown, **options)
    back, home, _ = cv2.calcOpticalFlowPyrLK(new.grey, old.grey, end, unknown, **options)
    allowed = np.maximum(settings.there_and_back * sizes * old.scale, 0.5)
    allowed = np.broadcast_to(allowed[:, None], found.shape)[found]
    came_back = np.linalg.norm(back - start, axis=1) <= allowed
    kept = came_back & (there.ravel() == 1) & (home.ravel() == 1)
    carried[found] = np.where(kept[:, None], end / np.float32(old.scale), np.nan)
    return carried


def lost_somebody(first: Poses, places: FloatArray, settings: FlowSettings) -> bool:
    """Tell whether somebody sure lost too many keypoints on the way, so that the network must look."""
    seen = first.seen.sum(1)
    score = np.where(first.seen, first.score, 0).sum(1) / np.maximum(seen, 1)
    left = np.isfinite(places[..., 0]).sum(1)
    return bool(((left < settings.share * seen) & (score >= settings.sure_score)).any())


def bridged(
    first: Poses,
    ways: Sequence[FloatArray],
    shares: Sequence[float],
    last: Poses,
    settings: FlowSettings,
) -> list[Poses]:
    """Give the people of the frames between two that the network saw.

    Where the carried keypoints of a person arrive in the last frame is compared with what the network
    sees there: the difference is spread over the frames between. A keypoint for which it is large was
    carried wrongly; it goes straight from the one place to the other, like one that was lost.

    Parameters
    ----------
    first : Poses
        What the network saw in the first frame.
    ways : sequence of float32 arrays, shape (people, keypoints, 2)
        Where the keypoints of the first frame were carried to, for each frame between and the last.
    shares : sequence of float
        When each frame between is, from 0 for the first to 1 for the last frame.
    last : Poses
        What the network saw in the last frame.
    settings : FlowSettings
        The parameters.

    Returns
    -------
    list of Poses
        One for each frame between; who lost too many keypoints is not in it.
    """
    sizes = np.maximum(sizes_of(first), 1.0).astype(np.float32)
    arrival, score = _arrivals(first, ways[-1], last, sizes)
    off = np.nan_to_num(arrival - ways[-1])
    carried_well = np.linalg.norm(off, axis=2) <= settings.drift * sizes[:, None]
    between = []
    for places, share in zip(ways, shares, strict=False):
        part = np.float32(share)
        flown = np.where(carried_well[..., None], places + part * off, np.nan)
        straight = first.xy + part * (arrival - first.xy)
        xy = np.where(np.isfinite(flown), flown, straight)
        found = np.isfinite(xy[..., 0])
        people = found.sum(1) >= settings.share * first.seen.sum(1)
        seen = np.where(found, score, np.nan)[people]
        between.append(Poses(first.skeleton, xy[people], seen, State.FLOW))
    return between


def _arrivals(
    first: Poses, places: FloatArray, last: Poses, sizes: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give where each keypoint of the first frame is in the last, as the network sees it, and its score."""
    arrival, score = np.full_like(first.xy, np.nan), first.score.copy()
    old, new = same_people(places, last, sizes)
    arrival[old] = last.xy[new]
    score[old] = np.fmin(score[old], last.score[new])
    return arrival, score


def same_people(
    places: FloatArray, last: Poses, sizes: FloatArray
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pair people that were carried to a frame with those that the network sees there.

    Parameters
    ----------
    places : float32 array, shape (people, keypoints, 2)
        Where they were carried to.
    last : Poses
        Whom the network sees.
    sizes : float32 array, shape (people,)
        Of those who were carried, in pixels.

    Returns
    -------
    old, new : intp arrays, shape (pairs,)
        Numbers of those carried and of those seen.
    """
    apart = np.linalg.norm(places[:, None] - last.xy[None], axis=3)
    common = np.isfinite(apart)
    mean = np.where(common, apart, 0).sum(2) / np.maximum(common.sum(2), 1)
    cost = np.where(common.sum(2) >= 3, mean / sizes[:, None], np.inf)
    return assign(np.asarray(cost, np.float64), 0.3)
