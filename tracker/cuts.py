"""Camera cuts, told by the people alone: from one frame to the next nobody is where anybody was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.matching import Pairing, Seen
from tracker.motion import MotionSettings
from tracker.roster import Roster

#: Nobody moves this far, in heights, or changes height by this factor, from one frame to the next.
FARTHEST = 1.0
MOST_GROWN = 1.5
#: One person who goes and one who comes are no cut; with three people it would be a rare chance.
LEAST_PEOPLE = 3
#: Who is back where they are expected within this time never left: some frames showed phantoms. Seconds.
GLIMPSE_S = 0.3
#: Back is who is this near, in heights: two of the people from before the cut, or the only one.
BACK = 0.5


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


@dataclass
class BeforeCut:
    """The tracks from before a cut, for as long as it may turn out to be none.

    Parameters
    ----------
    roster : Roster
        The tracks.
    time : float
        When the cut was, in seconds.
    cuts : int
        How many cuts there had been.
    """

    roster: Roster
    time: float
    cuts: int

    def is_back(self, seen: Seen, step_s: float, motion: MotionSettings) -> bool:
        """Let everybody go on by a frame, and tell whether those seen last before the cut are there."""
        self.roster.motion.predict(step_s, motion)
        pairing = Pairing(self.roster.expected(), seen)
        latest = self.roster.last_time == self.roster.last_time.max()
        same = (pairing.distance < BACK) & (pairing.growth < np.log(MOST_GROWN))
        same = same[latest]
        return int(min(same.any(0).sum(), same.any(1).sum())) >= min(2, int(latest.sum()))
