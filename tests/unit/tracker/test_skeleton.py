from __future__ import annotations

import numpy as np
import pytest

from tracker.errors import UsageError
from tracker.skeleton import BODY25, COCO18, MPI15, SKELETONS, Skeleton, skeleton_named


@pytest.mark.parametrize(("skeleton", "channels"), [(COCO18, 57), (MPI15, 44), (BODY25, 78)])
def test_channel_counts_are_those_of_the_published_networks(
    skeleton: Skeleton, channels: int
) -> None:
    assert skeleton.n_channels == channels


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_mirroring_twice_changes_nothing(skeleton: Skeleton) -> None:
    assert np.array_equal(skeleton.mirror[skeleton.mirror], np.arange(len(skeleton)))


def test_mirroring_swaps_left_and_right_and_keeps_the_nose() -> None:
    assert COCO18.mirror[COCO18.index("left_wrist")] == COCO18.index("right_wrist")
    assert COCO18.mirror[COCO18.index("nose")] == COCO18.index("nose")


def test_people_are_assembled_over_drawn_limbs_first() -> None:
    order = [COCO18.limbs[k] for k in COCO18.assembly_order]
    assert tuple(order[:17]) == COCO18.drawn
    assert set(order[17:]) == {(2, 16), (5, 17)}


def test_misspelt_names_get_a_suggestion() -> None:
    with pytest.raises(UsageError, match="Did you mean 'left_wrist'"):
        COCO18.index("left_wirst")
    with pytest.raises(UsageError, match="Did you mean 'coco18'"):
        skeleton_named("coco8")


@pytest.mark.parametrize(
    ("names", "limbs", "complaint"),
    [(("a", "a"), (), "stands twice"), (("a", "b"), ((0, 2),), "outside")],
)
def test_an_impossible_layout_is_refused(
    names: tuple[str, ...], limbs: tuple[tuple[int, int], ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Skeleton("x", names, limbs, ())
