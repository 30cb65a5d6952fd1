"""People put together from connections that share a candidate."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracker.decoding.limbs import Connections
from tracker.decoding.peaks import IntArray, Peaks
from tracker.decoding.settings import DecoderSettings
from tracker.skeleton import Skeleton


@dataclass
class _Person:
    """A person being put together: the candidate of each keypoint, and the sum of limb scores."""

    parts: dict[int, int] = field(default_factory=dict)
    strength: float = 0.0


def assemble(
    connections: Connections, peaks: Peaks, skeleton: Skeleton, settings: DecoderSettings
) -> IntArray:
    """Put people together.

    Parameters
    ----------
    connections : Connections
        Pairs in which no candidate has two partners along the same limb.
    peaks : Peaks
        The candidates.
    skeleton : Skeleton
        The order of the limbs, and which of them never start a person.
    settings : DecoderSettings
        The smallest number of keypoints and the smallest score of a person.

    Returns
    -------
    int array, shape (people, keypoints)
        Numbers of candidates; -1 where a keypoint was not found.

    Notes
    -----
    OpenPose, ``bodyPartConnectorBase.cpp``: limbs in the order in which they are drawn, then the
    others, which only join. A connection starts a person, adds a keypoint to one, or joins two
    partial people that have no keypoint in common.
    """
    people = _grow(connections, peaks, skeleton)
    parts = np.full((len(people), len(skeleton)), -1, np.intp)
    for row, person in enumerate(people):
        parts[row, list(person.parts)] = list(person.parts.values())
    strength = np.array([person.strength for person in people])
    return parts[_sure(parts, strength, peaks, settings)]


def _grow(connections: Connections, peaks: Peaks, skeleton: Skeleton) -> list[_Person]:
    place = np.argsort(np.array(skeleton.assembly_order, np.intp))
    order = np.lexsort((-connections.score, place[connections.limb]))
    starts_people = np.isin(
        connections.limb[order], [skeleton.limbs.index(limb) for limb in skeleton.drawn]
    )
    rows = zip(
        starts_people.tolist(),
        connections.start[order].tolist(),
        connections.end[order].tolist(),
        connections.score[order].tolist(),
        strict=True,
    )
    keypoint = peaks.keypoint.tolist()
    owner: dict[int, _Person] = {}
    people: list[_Person] = []
    for starts, start, end, score in rows:
        first, second = owner.get(start), owner.get(end)
        if first is None and second is None:
            if starts:
                people.append(_Person({keypoint[start]: start, keypoint[end]: end}, score))
                owner[start] = owner[end] = people[-1]
        elif first is None or second is None:
            _add(first or second, start if first is None else end, keypoint, score, owner)
        else:
            _join(first, second, score, owner)
    return [person for person in people if person.parts]


def _add(
    person: _Person | None, part: int, keypoint: list[int], score: float, owner: dict[int, _Person]
) -> None:
    if person is None or keypoint[part] in person.parts:
        return
    person.parts[keypoint[part]] = part
    person.strength += score
    owner[part] = person


def _join(first: _Person, second: _Person, score: float, owner: dict[int, _Person]) -> None:
    if first is second:
        first.strength += score
    elif not first.parts.keys() & second.parts.keys():
        first.parts.update(second.parts)
        first.strength += second.strength + score
        owner.update(dict.fromkeys(second.parts.values(), first))
        second.parts = {}


def _sure(
    parts: IntArray, strength: NDArray[np.float64], peaks: Peaks, settings: DecoderSettings
) -> NDArray[np.bool_]:
    found = parts >= 0
    count = found.sum(1)
    total = strength + np.where(found, peaks.score[parts], 0).sum(1)
    sure: NDArray[np.bool_] = (count >= settings.min_keypoints) & (
        total >= settings.min_score * count
    )
    return sure
