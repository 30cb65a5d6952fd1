"""Which people are kept: a number of them, or a region."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.scenes import Walker, film, straight, times, with_ids
from tracker.centroid import TrackerSettings
from tracker.edits import read_edits
from tracker.selection import inside, most_important
from tracker.tracking import track
from tracker.tracks import Tracks

NEAR = Walker(lambda t: straight(500, 500, 90)(t % 4), height=180)
FAR = Walker(straight(400, 120, 30), height=70)
UMPIRE = Walker(straight(900, 200, 0), height=110)
BALL_KID = Walker(straight(100, 150, 60), height=60, hidden=((1.5, 99),))


def rally(**settings: object) -> Tracks:
    table, _ = film([NEAR, FAR, UMPIRE, BALL_KID], times("30", 4))
    return track(table, TrackerSettings.model_validate(settings))


def kept(tracks: Tracks, choose: Callable[..., Any], how: object) -> Tracks:
    return with_ids(tracks, choose(tracks, tracks.track_id, how))


def test_the_players_are_kept_and_the_umpire_is_not() -> None:
    everybody = rally()
    assert len(everybody.ids) == 4
    players = kept(everybody, most_important, 2)
    assert len(players.ids) == 2
    assert len(players) == 240
    assert rally(people=2).ids == players.ids


def test_repairs_come_before_the_choice(tmp_path: Path) -> None:
    table, _ = film([NEAR, FAR, UMPIRE], times("30", 4))
    people, players = track(table).ids, track(table, TrackerSettings(people=2)).ids
    (umpire,) = set(people) - set(players)
    path = tmp_path / "edits.yaml"
    path.write_text(
        f"- {{name: {umpire}, as: Umpire}}\n- {{drop: {players[0]}}}\n"
        f"- {{split: {players[1]}, at: 2}}\n- {{name: {players[1]}, as: Ana}}\n"
    )
    tracks = track(table, TrackerSettings(people=1), read_edits(path))
    assert tracks.ids == [players[1], 4]  # the split's new ID counts from all people
    assert tracks.names == {players[1]: "Ana"}


def test_nobody_stands_in_for_a_player_who_left() -> None:
    leaving = Walker(FAR.path, FAR.height, hidden=((2.0, 99),))
    table, _ = film(
        [NEAR, leaving, Walker(straight(900, 200, 0), hidden=((0, 2.1),))], times("30", 4)
    )
    left = kept(track(table), most_important, 2)
    assert len(left.ids) == 2


def test_a_later_piece_of_the_same_person_is_kept() -> None:
    first = Walker(FAR.path, FAR.height, hidden=((1.9, 99),))
    later = Walker(straight(560, 120, -30), FAR.height, hidden=((0, 2.1),))
    table, _ = film([NEAR, first, later], times("30", 4))
    broken = track(table, TrackerSettings(online=True, patience_s=0.1))
    assert len(kept(broken, most_important, 2).ids) == 3


def test_a_region_keeps_who_stands_in_it() -> None:
    everybody = rally()
    court = [(200.0, 150.0), (800.0, 150.0), (1000.0, 800.0), (0.0, 800.0)]
    left = kept(everybody, inside, court)
    assert len(left.ids) == 2
    assert len(kept(Tracks.empty(everybody.skeleton), inside, court)) == 0
    assert rally(roi=court).ids == left.ids
