"""Training samples by number: sample n of a seed is always the same, so training can resume."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.train_pose.augment import Recipe, random_view, take_view
from scripts.train_pose.data import Bytes, Floats, Pictures, held_out
from scripts.train_pose.targets import STRIDE, heat, known_mask, moved, people_in_view
from tracker.skeleton import COCO18


class Sample(NamedTuple):
    """One view and what the branches shall answer to it."""

    image: Bytes  #: (size, size, 3), RGB
    heat: Floats  #: (18, cells, cells): centres and keypoints
    mask: Floats  #: (1, cells, cells): 1 where it is known who is there
    xy: Floats  #: (people, 17, 2) in cells, NaN where unknown
    centre: Floats  #: (people, 2)


@dataclass(frozen=True)
class Samples:
    """An endless row of samples.

    Parameters
    ----------
    pictures : Pictures
        Where they are taken from, without those held out; every labelled person is looked at
        equally often.
    suspicions : tuple of ndarray
        Where in each picture unlabelled people may stand, see `open_suspicions`.
    size : int
        Height and width of a view in pixels.
    seed : int
        Another seed gives other samples.
    recipe : Recipe
        How far a view may go from the image.
    """

    pictures: Pictures
    suspicions: tuple[Bytes, ...]
    size: int
    seed: int
    recipe: Recipe = field(default_factory=Recipe)

    def __post_init__(self) -> None:
        learned = zip(self.pictures.labels, held_out(self.pictures.labels), strict=True)
        who = [
            (k, p)
            for k, (known, kept) in enumerate(learned)
            if not kept
            for p in range(len(known.xy))
        ]
        object.__setattr__(self, "_who", np.array(who))

    def __getitem__(self, number: int) -> Sample:
        """Make sample `number`."""
        rng = np.random.default_rng((self.seed, number))
        image, person = self._person(number)
        labels = self.pictures.labels[image]
        pixels = self.pictures.image(image)
        affine, mirrored = random_view(
            rng, labels.boxes[person], pixels.shape[:2], self.size, self.recipe
        )
        xy = moved(labels.xy, affine)
        if mirrored:
            xy = xy[:, COCO18.mirror]
        cells = self.size // STRIDE
        people, others = people_in_view(xy, labels.boxes, affine, cells)
        mask = known_mask(labels, others, self.suspicions[image], affine, cells)
        view = take_view(rng, pixels, affine, self.size, self.recipe)
        return Sample(view, heat(people, cells), mask[None], people.xy, people.centre)

    def _person(self, number: int) -> tuple[int, int]:
        """Give image and person of a sample: every round shuffles all people anew."""
        who: NDArray[np.int64] = self.__dict__["_who"]
        turn, place = divmod(number, len(who))
        order = np.random.default_rng((self.seed, turn, 1)).permutation(len(who))
        image, person = who[order[place]]
        return int(image), int(person)
