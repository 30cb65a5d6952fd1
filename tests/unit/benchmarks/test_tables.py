"""What `make bench` writes: goals, tables, the marked part of a document; a failed part is a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import run_all
from benchmarks.contest import Contest
from benchmarks.goals import GOALS, Goal, goals_section
from benchmarks.parts import Setup
from benchmarks.pipelines import CONTESTANTS, OURS, TUTORIAL, YOLO, peers_section
from benchmarks.tables import Section, provenance, write_between


def test_a_goal_knows_which_way_is_good() -> None:
    assert Goal("a", "", 4).met(4)
    assert not Goal("a", "", 4).met(3.9)
    assert Goal("a", "", 4, at_least=False).met(3.9)
    assert not Goal("a", "", 4, at_least=False).met(4.1)


def test_what_was_not_measured_is_said() -> None:
    rows = goals_section({GOALS[0].name: 0.9, GOALS[1].name: 2.0}).rows
    assert [row[3] for row in rows[:3]] == ["yes", "**no**", "-"]
    assert rows[2][1] == "not measured"
    assert len(rows) == len(GOALS)


def test_what_the_network_allows_is_said() -> None:
    rates = {"network_frames_per_second": 24.0, "tutorial_frames_per_second": 6.0}
    assert "The network alone is 4.00 times as fast" in goals_section(rates).notes[0]
    assert goals_section({}).notes == []


def test_ratios_are_of_the_same_round_and_a_missing_peer_says_why() -> None:
    found = Contest(
        rates={OURS: [20.0, 10.0], TUTORIAL: [4.0, 2.0]},
        versions={OURS: "openvino 1", TUTORIAL: "openvino 1"},
        missing={contestant.name: "No module named 'peer'" for contestant in CONTESTANTS[2:]},
    )
    section, figures = peers_section("t", found)
    assert figures == {"to_tutorial": 5.0, "tutorial_frames_per_second": 3.0}
    rows = {row[0]: row for row in section.rows}
    assert rows[TUTORIAL][3] == "5.00 (5.00 to 5.00)"
    assert rows[YOLO][2] == "not measured: No module named 'peer'"


def test_without_posetrail_there_is_no_ratio() -> None:
    section, figures = peers_section(
        "t", Contest(rates={TUTORIAL: [4.0]}, versions={TUTORIAL: "x"})
    )
    assert figures == {}
    assert {row[0]: row for row in section.rows}[TUTORIAL][3] == "-"


def test_only_the_marked_part_of_a_document_changes(tmp_path: Path) -> None:
    document = tmp_path / "doc.md"
    document.write_text("before\n<!-- a begin -->\nold\n<!-- a end -->\nafter\n")
    for text in ("new", "newer"):
        write_between(document, "a", text)
        expected = f"before\n<!-- a begin -->\n\n{text}\n\n<!-- a end -->\nafter\n"
        assert document.read_text() == expected
    with pytest.raises(ValueError, match="b begin"):
        write_between(document, "b", "new")


def test_the_document_has_its_marks(tmp_path: Path) -> None:
    copy = tmp_path / "benchmarks.md"
    copy.write_text((Path(__file__).resolve().parents[3] / run_all.DOCUMENT).read_text())
    write_between(copy, run_all.MARK, "figures")
    assert "figures" in copy.read_text()


def test_what_make_bench_says_is_understood(tmp_path: Path) -> None:
    given = run_all.arguments(["--real", "a.mp4", "--peers", "x/python", "y/python"])
    assert (given.real, given.peers, given.pace) == (Path("a.mp4"), ["x/python", "y/python"], 1.0)
    assert given.parts == list(run_all.PARTS)
    assert run_all.arguments(["--peers"]).peers == []


@pytest.mark.parametrize("words", [["--dry"], ["--pace", "0.1"], ["--parts", "parse", "track"]])
def test_a_trial_leaves_the_document_alone(words: list[str]) -> None:
    assert run_all.whole_thing(run_all.arguments([]))
    assert not run_all.whole_thing(run_all.arguments(words))


def test_a_part_that_fails_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(setup: Setup) -> tuple[Section, dict[str, float]]:
        raise RuntimeError(str(setup.folder))

    monkeypatch.setitem(run_all.PARTS, "track", broken)
    section, figures = run_all.attempt("track", Setup(tmp_path / "clip.mp4", tmp_path, ()))
    assert figures == {}
    assert section.markdown() == "### track\n\nThis part failed with RuntimeError.\n"


def test_provenance_names_command_cores_and_versions_but_no_host() -> None:
    import socket

    words = provenance("make bench")
    assert words.startswith("`make bench` on 20")
    assert "cores of" in words
    assert "OpenVINO 20" in words
    assert socket.gethostname() not in words
