"""The model store: by name, by path, fetched once, never the wrong file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tracker.errors import ModelError, ModelFetchError, UsageError
from tracker.files import file_sha256
from tracker.model_store import ModelStore, Presence, user_models_dir

PLAIN: dict[str, Any] = {"format": "onnx", "skeleton": "coco18"}


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """One network that ships and one that is fetched from a disk."""
    shipped, origin = tmp_path / "shipped", tmp_path / "origin.onnx"
    (shipped / "pose").mkdir(parents=True)
    (shipped / "pose" / "ours.onnx").write_bytes(b"ours")
    origin.write_bytes(b"theirs")
    ours = {"file": "pose/ours.onnx", "sha256": file_sha256(shipped / "pose" / "ours.onnx")}
    theirs = {
        "file": "theirs.onnx",
        "sha256": file_sha256(origin),
        "source": {"url": origin.as_uri()},
    }
    lost = {"file": "lost.onnx", "sha256": "0" * 64}
    networks = {"ours": PLAIN | ours, "theirs": PLAIN | theirs, "lost": PLAIN | lost}
    (shipped / "manifest.yaml").write_text(
        yaml.safe_dump({"default": "ours", "networks": networks})
    )
    return ModelStore(shipped, tmp_path / "models")


def test_the_default_ships(store: ModelStore) -> None:
    network, path = store.resolve("default")
    assert (network.name, path) == ("ours", store.shipped / "pose" / "ours.onnx")
    assert store.presence(network) is Presence.SHIPPED


def test_fetched_once_then_offline(store: ModelStore, tmp_path: Path) -> None:
    network = store.network("theirs")
    assert store.presence(network) is Presence.ABSENT
    told: list[int] = []
    _, path = store.resolve("theirs", lambda done, _total: told.append(done))
    assert path == tmp_path / "models" / "theirs.onnx"
    assert told[-1] == len(b"theirs")
    assert store.presence(network) is Presence.PRESENT
    (tmp_path / "origin.onnx").unlink()
    assert store.resolve("theirs")[1] == path


def test_a_damaged_file_is_refused_until_it_is_replaced(store: ModelStore) -> None:
    network, path = store.resolve("theirs")
    path.write_bytes(b"something else")
    assert store.presence(network) is Presence.DAMAGED
    with pytest.raises(ModelError, match=r"sha256 should be .*, found .* fetch theirs --again"):
        store.resolve("theirs")
    assert store.fetch(network, again=True).read_bytes() == b"theirs"


def test_a_network_that_is_nowhere(store: ModelStore) -> None:
    with pytest.raises(ModelFetchError, match=r"lost is not there: no lost\.onnx in "):
        store.resolve("lost")


def test_a_wrong_name_suggests_the_nearest(store: ModelStore) -> None:
    with pytest.raises(UsageError, match="Did you mean 'theirs'"):
        store.resolve("thiers")


def test_a_description_of_ones_own(store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "mine.onnx").write_bytes(b"mine")
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({**PLAIN, "file": "mine.onnx"}))
    for wanted in ("mine.yaml", "mine.onnx"):
        network, path = store.resolve(str(tmp_path / wanted))
        assert (network.name, path) == ("mine", tmp_path / "mine.onnx")
        assert network.sha256 == file_sha256(path)


def test_a_file_of_the_manifest_under_another_name(store: ModelStore, tmp_path: Path) -> None:
    network, path = store.resolve(str(tmp_path / "origin.onnx"))
    assert (network.name, path) == ("theirs", tmp_path / "origin.onnx")


def test_a_file_that_nothing_describes(store: ModelStore, tmp_path: Path) -> None:
    unknown = tmp_path / "unknown.onnx"
    unknown.write_bytes(b"?")
    with pytest.raises(ModelError, match=r"Nothing describes .*expected unknown\.yaml beside it"):
        store.resolve(str(unknown))
    (tmp_path / "unknown.yaml").write_text(yaml.safe_dump({**PLAIN, "file": "other.onnx"}))
    with pytest.raises(ModelError, match=r"describes other\.onnx, not unknown\.onnx"):
        store.resolve(str(unknown))


@pytest.mark.parametrize("wanted", ["no/such/model", "nothing.onnx", "nothing.yaml"])
def test_a_path_that_is_not_there(wanted: str, store: ModelStore) -> None:
    with pytest.raises(ModelError, match=f"There is no model file {wanted}"):
        store.resolve(wanted)


def test_two_files_must_both_be_there(store: ModelStore, tmp_path: Path) -> None:
    described = {"file": "a.prototxt", "format": "caffe", "weights": {"file": "a.caffemodel"}}
    (tmp_path / "a.yaml").write_text(yaml.safe_dump({**PLAIN, **described}))
    (tmp_path / "a.prototxt").write_text("")
    with pytest.raises(ModelFetchError, match="a is not there"):
        store.resolve(str(tmp_path / "a.yaml"))
    (tmp_path / "a.caffemodel").write_text("")
    assert store.resolve(str(tmp_path / "a.yaml"))[1] == tmp_path / "a.prototxt"


def test_where_the_models_folder_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    assert user_models_dir({}) == Path("/home/me/.cache/posetrail/models")
    assert user_models_dir({"XDG_CACHE_HOME": "/x"}) == Path("/x/posetrail/models")
    assert user_models_dir({"XDG_CACHE_HOME": "x"}) == Path("/home/me/.cache/posetrail/models")
    assert user_models_dir({"POSETRAIL_MODELS": "/nets"}) == Path("/nets")
    monkeypatch.setattr("sys.platform", "darwin")
    assert user_models_dir({}) == Path("/home/me/Library/Caches/posetrail/models")
    monkeypatch.setattr("sys.platform", "win32")
    assert user_models_dir({"LOCALAPPDATA": "/local"}) == Path("/local/posetrail/models")
