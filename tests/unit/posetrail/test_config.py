from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from posetrail.config import load_config
from posetrail.resources import shipped_configs
from tracker.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text)
    return path


def test_later_sources_win(tmp_path: Path) -> None:
    path = written(tmp_path, "pose: {height: 256}\nvideo: {every: 2}\n")
    config = load_config(path, assignments=["video.every=3"], overrides={"pose.height": 512})
    assert (config.pose.height, config.video.every) == (512, 3)


def test_an_override_of_none_is_left_out() -> None:
    assert load_config(overrides={"pose.height": None}) == load_config()


def test_an_unknown_key_names_file_line_and_nearest_key(tmp_path: Path) -> None:
    path = written(tmp_path, "# mine\npose:\n  hieght: 256\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value) == (
        f"{path}, line 3: unknown key 'pose.hieght'. Did you mean 'height'?"
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("pose: {height: tall}", "line 1: pose.height"),
        ("video:\n  every: 0\n", "line 2: video.every"),
        ("pose: 3\n", "line 1: pose"),
        ("- a list\n", "keys and values"),
        ("a: [", "line 1 is not YAML: expected the node content"),
        ("pose:\n\theight: 256\n", "line 2 is not YAML: found character"),
        (
            "pose: {height: abc}",
            "line 1: pose.height: should be a valid integer or 'native', found",
        ),
        ("pose: {height: 9}", "line 1: pose.height: should lie between 64 and 4320"),
        ("output: {draw: [hat]}", "line 1: output.draw: Input should be 'skeleton'"),
        ("video: {every: 1}\nvideo: {every: 2}\n", "line 2: the key video stands twice"),
        ("pose: &all\n  height: *all\n", "line 2: pose.height"),
        ("pose: &all\n  again: *all\n", "line 2: unknown key 'pose.again'"),
        ("!!python/object/apply:os.system ['true']", "is not YAML"),
    ],
)
def test_a_wrong_file_is_one_clear_error(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        load_config(written(tmp_path, text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("assignment", "complaint"),
    [
        ("pose.height", "expects key=value"),
        ("pose.hieght=3", r"--set pose.hieght=3: unknown key 'pose.hieght'. Did you mean 'height'"),
        ("pose.height.deep=3", "pose.height"),
        ("pose.height=[", "not YAML"),
        ("tracking.fill_gap_s=.inf", "finite number"),
        ("tracking.gate=.nan", "finite number"),
        ("tracking.motion.size_noise=1e300", "at most 1e.09 in size"),
        ("tracking.motion.coast_s=0", "greater than 0"),
        ("tracking.motion.measurement_noise=0", "greater than 0"),
        ("tracking.motion.start_speed=-1", "greater than or equal to 0"),
        ("training.window.window_s=0", "greater than 0"),
        ("training.window.stride=0", "greater than or equal to 1"),
        ("training.background.label=''", "at least 1 character"),
        ("actions.left_lead=-1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_assignment_is_one_clear_error(assignment: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        load_config(assignments=[assignment])


def test_a_misspelt_shipped_name_gets_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'tennis'"):
        load_config("tenis")


@pytest.mark.parametrize("name", shipped_configs())
def test_every_shipped_configuration_is_valid(name: str) -> None:
    load_config(name)


@pytest.mark.parametrize(("text", "zoom"), [("off", "off"), ("auto", "auto"), ("true", "auto")])
def test_a_bare_off_in_yaml_is_no_boolean(tmp_path: Path, text: str, zoom: str) -> None:
    assert load_config(written(tmp_path, f"pose: {{zoom: {text}}}\n")).pose.zoom == zoom


@pytest.mark.parametrize(
    ("value", "good"), [(3, True), ("auto", True), (0, False), ("often", False)]
)
def test_skip_is_a_number_or_auto(value: object, good: bool) -> None:
    if good:
        assert load_config(overrides={"pose.skip": value}).pose.skip == value
    else:
        with pytest.raises(ConfigError, match="option skip: should be"):
            load_config(overrides={"pose.skip": value})


@pytest.mark.parametrize(
    ("key", "value"), [("pose.zoom", "yes"), ("pose.skip", 0), ("output.draw", ("ids",))]
)
def test_a_wrong_option_is_no_wrong_configuration(key: str, value: object) -> None:
    with pytest.raises(ConfigError) as option:
        load_config(overrides={key: value})
    assert option.value.exit_code == 2
    with pytest.raises(ConfigError) as assignment:
        load_config(assignments=[f"{key}=nonsense"])
    assert assignment.value.exit_code == 5


def test_reading_a_configuration_does_not_load_signal_processing() -> None:
    code = "import posetrail.config, sys; sys.exit('scipy.signal' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_a_run_leaves_to_the_card_can_be_set() -> None:
    before = load_config("tennis").model_dump(mode="json", include={"actions"})
    before["actions"]["events"] = None  # as run.json has it
    changed = load_config(assignments=["actions.events.enter=0.7"], base=before)
    assert changed.actions.events is not None
    assert changed.actions.events.enter == 0.7
    with pytest.raises(ConfigError, match="handedness is a value, not a group"):
        load_config(assignments=["actions.handedness.left=1"], base=before)
