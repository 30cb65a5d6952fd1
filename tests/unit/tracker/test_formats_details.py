"""The particulars of each format: variants, order, damage."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracker.errors import FormatError, UsageError
from tracker.formats import coco_results, motchallenge, openpose_json
from tracker.recordings import read_recording
from tracker.skeleton import BODY25, COCO17, COCO18

POINTS = [[10.0 * i, 5.0 * i + 1, 0.5] for i in range(len(COCO17))]
FLAT = [value for point in POINTS for value in point]


def write_openpose(folder: Path, number: int, people: list[Any], stem: str = "clip") -> None:
    folder.mkdir(exist_ok=True)
    text = json.dumps({"version": 1.3, "people": people})
    (folder / f"{stem}_{number:012d}_keypoints.json").write_text(text)


def person(values: int = 3 * len(COCO18), **more: Any) -> dict[str, Any]:
    return {"pose_keypoints_2d": [4.0, 5.0, 0.5] + [0] * (values - 3), **more}


def test_openpose_frames_without_a_file_are_empty(tmp_path: Path) -> None:
    write_openpose(tmp_path / "c", 3, [person(), person()])
    write_openpose(tmp_path / "c", 6, [person(person_id=[7])])
    recording = openpose_json.read(tmp_path / "c", fps=10)
    assert recording.table.frame.tolist() == [3, 4, 5, 6]
    assert recording.table.count.tolist() == [2, 0, 0, 1]
    assert recording.table.time[-1] == pytest.approx(0.3)
    assert recording.ids.tolist() == [0, 0, 7]
    assert np.isnan(recording.table.xy[0, 1]).all()


def test_openpose_layouts_are_told_by_their_length(tmp_path: Path) -> None:
    write_openpose(tmp_path / "c", 0, [person(3 * len(BODY25))])
    assert openpose_json.read(tmp_path / "c", fps=10).table.skeleton is BODY25
    write_openpose(tmp_path / "c", 1, [person()])
    with pytest.raises(FormatError, match="mixes layouts"):
        openpose_json.read(tmp_path / "c", fps=10)


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([person(12)], "54 or 75"),
        ([{"pose_keypoints_2d": None}], "54 or 75"),
        ([{"pose_keypoints_2d": ["1"] * 54}], "54 or 75"),
        ([{"pose_keypoints_2d": [float("nan")] * 54}], "not finite"),
        ([{"pose_keypoints_2d": [1e39] * 54}], "far outside"),
        ([{"pose_keypoints_2d": [10**400] * 54}], "not finite"),
        ([5], "54 or 75"),
    ],
)
def test_damaged_openpose_people(tmp_path: Path, people: list[Any], words: str) -> None:
    write_openpose(tmp_path / "c", 0, people)
    with pytest.raises(FormatError, match=words):
        openpose_json.read(tmp_path / "c", fps=10)


def test_openpose_frames_that_stand_twice(tmp_path: Path) -> None:
    write_openpose(tmp_path / "c", 0, [person()])
    write_openpose(tmp_path / "c", 0, [person()], stem="other")
    with pytest.raises(FormatError, match="same frame number"):
        openpose_json.read(tmp_path / "c", fps=10)


def test_openpose_files_of_which_one_has_no_number(tmp_path: Path) -> None:
    write_openpose(tmp_path / "c", 0, [person()])
    (tmp_path / "c" / "still_keypoints.json").write_text('{"people": []}')
    with pytest.raises(FormatError, match=r"still_keypoints\.json has no frame number"):
        openpose_json.read(tmp_path / "c", fps=10)


def test_real_openpose_output(shared_data: Path, tmp_path: Path) -> None:
    with tarfile.open(shared_data / "formats" / "openpose_json_body25.tar.xz") as archive:
        members = [m for m in archive.getmembers() if "/test_case1/" in m.name][:40]
        archive.extractall(tmp_path, members, filter="data")
    folder = next(path.parent for path in tmp_path.rglob("*_keypoints.json"))
    recording = read_recording(folder, fps=30)
    assert recording.table.skeleton is BODY25
    assert len(recording.table.xy) > 0
    assert np.nanmax(recording.table.score) <= 1


COCO_ENTRY = {"image_id": 2, "category_id": 1, "keypoints": FLAT, "score": 0.9}
VARIANTS: dict[str, Any] = {
    "coco": [{**COCO_ENTRY, "track_id": 3}],
    "alphapose": [{**COCO_ENTRY, "image_id": "000002.jpg", "idx": 3, "box": [1, 2, 3, 4]}],
    "mmpose": {
        "meta_info": {},
        "instance_info": [
            {"frame_id": 1, "instances": []},
            {"frame_id": 2, "instances": []},
            {
                "frame_id": 3,
                "instances": [
                    {
                        "keypoints": [point[:2] for point in POINTS],
                        "keypoint_scores": [0.5] * len(POINTS),
                        "bbox": [[1, 2, 3, 4]],
                        "track_id": 3,
                    }
                ],
            },
        ],
    },
    "openpifpaf": [
        {"frame": 1, "predictions": []},
        {"frame": 3, "predictions": [{"keypoints": FLAT, "bbox": [1, 2, 3, 4], "id_": 3}]},
    ],
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_variants_of_coco_results_say_the_same(variant: str, tmp_path: Path) -> None:
    path = tmp_path / "poses.json"
    content = VARIANTS[variant]
    lines = [json.dumps(item) for item in content] if variant == "openpifpaf" else []
    path.write_text("\n".join(lines) or json.dumps(content))
    recording = read_recording(path, fps=10)
    assert recording.table.row_frame.tolist() == [2]
    assert recording.ids.tolist() == [3]
    assert recording.table.xy[0, 3].tolist() == [30, 16]
    assert recording.table.score[0, 3] == 0.5


@pytest.mark.parametrize("variant", ["mmpose", "openpifpaf"])
def test_frames_that_stand_twice_in_a_file(variant: str, tmp_path: Path) -> None:
    path = tmp_path / "poses.json"
    text = json.dumps(VARIANTS[variant])
    key, first = ("frame_id", 1) if variant == "mmpose" else ("frame", 1)
    path.write_text(text.replace(f'"{key}": 3', f'"{key}": {first}'))
    with pytest.raises(FormatError, match=rf"entry \d: {key} 1 stands in entry 1, too"):
        read_recording(path, fps=10)


def test_a_mark_of_encoding_is_no_damage(tmp_path: Path) -> None:
    mark = b"\xef\xbb\xbf"
    (tmp_path / "a.json").write_bytes(mark + json.dumps([COCO_ENTRY]).encode())
    (tmp_path / "b.txt").write_bytes(mark + b"3,-1,10,20,30,60,0.9\r\n")
    write_openpose(tmp_path / "c", 2, [person()])
    file = next((tmp_path / "c").iterdir())
    file.write_bytes(mark + file.read_bytes())
    for path in ("a.json", "b.txt", "c"):
        assert read_recording(tmp_path / path, fps=10).table.row_frame.tolist() == [2]


def test_coco_results_may_be_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "poses.json"
    path.write_text(json.dumps([{**COCO_ENTRY, "image_id": i} for i in (5, 1, 5, 3)]))
    assert coco_results.read(path, fps=10).table.count.tolist() == [0, 1, 0, 1, 0, 2]


@pytest.mark.parametrize(
    "entry",
    [
        {**COCO_ENTRY, "image_id": -5},
        {**COCO_ENTRY, "image_id": True},
        {**COCO_ENTRY, "keypoints": FLAT[:-1]},
        {**COCO_ENTRY, "keypoints": [*FLAT[:-1], float("inf")]},
        {**COCO_ENTRY, "keypoints": [*FLAT[:-3], 1e39, 1, 1]},
        {**COCO_ENTRY, "keypoints": [*FLAT[:-1], 10**400]},
        {**COCO_ENTRY, "image_id": 10**30},
        {**COCO_ENTRY, "image_id": "1" * 5000},
        {**COCO_ENTRY, "keypoints": "no"},
        {**COCO_ENTRY, "image_id": None},
        {"score": 1},
    ],
)
def test_damaged_coco_results_name_the_entry(entry: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "poses.json"
    path.write_text(json.dumps([COCO_ENTRY, entry]))
    with pytest.raises(FormatError, match="entry 2"):
        coco_results.read(path, fps=10)
    path.write_text(json.dumps([COCO_ENTRY])[:-9])
    with pytest.raises(FormatError, match="not JSON"):
        coco_results.read(path, fps=10)


def test_an_identity_too_long_for_a_table_is_none(tmp_path: Path) -> None:
    path = tmp_path / "poses.json"
    path.write_text(json.dumps([{**COCO_ENTRY, "track_id": 10**30}]))
    assert coco_results.read(path, fps=10).ids.tolist() == [0]
    write_openpose(tmp_path / "c", 0, [{**person(), "person_id": [10**30]}])
    assert openpose_json.read(tmp_path / "c", fps=10).ids.tolist() == [0]


def mot(tmp_path: Path, text: str, info: str | None = "frameRate=10\nseqLength=6") -> Path:
    if info is not None:
        (tmp_path / "seqinfo.ini").write_text(f"[Sequence]\n{info}\n")
    path = tmp_path / "det.txt"
    path.write_text(text)
    return path


def test_motchallenge_takes_the_rate_and_length_of_the_sequence(tmp_path: Path) -> None:
    path = mot(tmp_path, "3,-1,10,20,30,60,0.9,-1,-1,-1\n1,-1,10,20,30,60,0.8,-1,-1,-1\n")
    recording = motchallenge.read(path)
    assert recording.table.count.tolist() == [1, 0, 1, 0, 0, 0]
    assert recording.table.time[2] == pytest.approx(0.2)
    assert recording.table.xy[1, 0].tolist() == [25, 20]
    assert recording.table.score[:, 0].tolist() == pytest.approx([0.8, 0.9])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1,-1,10,20,-30,60,0.9", "width -30"),
        ("1,-1,10,20,30,0,0.9", "height 0"),
        ("1,-1,nan,20,30,60,0.9", "not finite"),
        ("1,-1,inf,20,30,60,0.9", "not finite"),
        ("1,-1,1e39,20,30,60,0.9", "far outside"),
        ("1,1e30,10,20,30,60,0.9", "far outside"),
        ("0,-1,10,20,30,60,0.9", "count from 1"),
        ("1.5,-1,10,20,30,60,0.9", "count from 1"),
        ("1e30,-1,10,20,30,60,0.9", "count from 1"),
        ("1,-1,10", "at least 7"),
        ("1,-1,10,20,x,60,0.9", "could not convert"),
    ],
)
def test_damaged_motchallenge_names_the_line(tmp_path: Path, line: str, words: str) -> None:
    path = mot(tmp_path, f"1,-1,10,20,30,60,0.9\n{line}\n")
    with pytest.raises(FormatError, match=f"line 2.*{words}"):
        motchallenge.read(path)


def test_other_scales_of_confidence_become_0_to_1(tmp_path: Path) -> None:
    lines = [f"{i + 1},-1,1,2,3,4,{c}" for i, c in enumerate((-5, 0, 15))]
    table = motchallenge.read(mot(tmp_path, "\n".join(lines))).table
    assert table.score[:, 0].tolist() == pytest.approx([0, 0.25, 1])
    table = motchallenge.read(mot(tmp_path, "1,-1,1,2,3,4,-1")).table
    assert table.score[0, 0] == 1


def test_a_damaged_seqinfo(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="framerate"):
        motchallenge.read(mot(tmp_path, "", "frameRate=fast"))


def test_what_no_format_knows(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no"):
        read_recording(tmp_path / "absent")
    with pytest.raises(FormatError, match="no known format"):
        read_recording(tmp_path)
    with pytest.raises(UsageError, match="Did you mean 'motchallenge'"):
        read_recording(tmp_path, form="motchalenge")
    with pytest.raises(UsageError, match="--fps"):
        read_recording(tmp_path, fps=-1)
