"""Two people seen as one for a moment: who comes out of it is who went in."""

from __future__ import annotations

from tests.unit.tracker.test_stitching import pieces, stitched
from tracker.hiding import hidden_meetings

#: 1 stands, 2 walks up to them and is lost; the track of 1 goes away with the walker, and who stands
#: there is found again as 3.
MERGED = (
    (1, range(52), 300, 0),
    (2, range(45), 100, 80),
    (1, range(52, 100), 100, 80),
    (3, range(58, 100), 300, 0),
)


def test_who_was_lost_beside_somebody_goes_on_when_two_are_seen_again() -> None:
    tracks = pieces(*MERGED)
    assert hidden_meetings(tracks) == [(1, 2.2, 2.9)]
    joined = stitched(tracks)
    assert joined.ids == [1, 2]
    stands, walks = joined.person(1), joined.person(2)
    assert set(stands.xy[stands.frame > 57][:, 1, 0].tolist()) == {300.0}
    assert walks.frame.tolist() == [*range(45), *range(58, 100)]


def test_nobody_is_hidden_behind_somebody_far_away_or_long_ago() -> None:
    assert hidden_meetings(pieces(*MERGED, height=50)) == []
    late = [(1, range(200), 300, 0), (2, range(45), 300, 1), (3, range(90, 200), 300, 1)]
    assert hidden_meetings(pieces(*late)) == []
