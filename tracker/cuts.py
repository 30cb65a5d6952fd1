"""Camera cuts, told by the people alone: from one frame to the next nobody is where anybody was."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.matching import Pairing

#: Nobody moves this far, in heights, or changes height by this factor, from one frame to the next.
FARTHEST = 1.0
MOST_GROWN = 1.5
#: One person who goes and one who comes are no cut; with three people it would be a rare chance.
LEAST_PEOPLE = 3


def is_cut(pairing: Pairing, just_seen: NDArray[np.bool_]) -> bool:
    """Tell whether the camera cut to another view before this frame.

    Parameters
    ----------
    pairing : Pairing
        All tracks with all people of the frame.
    just_seen : bool array, shape (tracks,)
        The tracks whose people were seen in the frame before.

    Returns
    -------
    bool
        True where enough people were seen in both frames and none of them could be the same.
    """
    old, new = int(just_seen.sum()), len(pairing.new)
    if not old or not new or old + new < LEAST_PEOPLE:
        return False
    same = (pairing.distance < FARTHEST) & (pairing.growth < np.log(MOST_GROWN))
    return not bool(same[just_seen].any())
