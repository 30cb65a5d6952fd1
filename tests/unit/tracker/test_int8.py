"""The int8 sister of a network: who takes it, and what is said where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.networks import tiny_network
from tracker.engine import choose_engine
from tracker.engines import openvino
from tracker.errors import ModelError, UsageError
from tracker.files import file_sha256
from tracker.model_store import ModelStore, Presence
from tracker.networks import Integers, Network, read_network

pytest.importorskip("openvino")


@pytest.fixture
def sisters(tmp_path: Path) -> tuple[Network, Path]:
    """An ONNX network, and beside it an IR in the place of its int8 sister."""
    network, path = tiny_network(tmp_path, "onnx")
    import openvino as library

    library.save_model(library.Core().read_model(path), tmp_path / "sister.xml")
    sister = {"file": "sister.xml", "weights": {"file": "sister.bin"}}
    return network.model_copy(update={"int8": Integers.model_validate(sister)}), path


@pytest.mark.parametrize(("pays", "taken"), [(True, True), (False, False)])
def test_auto_takes_it_where_it_pays(
    sisters: tuple[Network, Path], monkeypatch: pytest.MonkeyPatch, pays: bool, taken: bool
) -> None:
    monkeypatch.setattr(openvino, "gains_by_int8", lambda: pays)
    assert (choose_engine(*sisters, "openvino", threads=1).precision == "int8") == taken


def test_it_is_not_thought_to_pay_where_it_was_not_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(openvino.platform, "machine", lambda: "aarch64")
    assert not openvino.gains_by_int8()


def test_it_is_taken_where_it_is_asked_for(sisters: tuple[Network, Path]) -> None:
    engine = choose_engine(*sisters, "openvino", precision="int8", threads=1)
    assert engine.precision == "int8"
    assert choose_engine(*sisters, precision="float32", threads=1).precision == "float32"


def test_a_network_without_one_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no int8 file"):
        choose_engine(*tiny_network(tmp_path, "onnx"), precision="int8")


def test_another_engine_does_not_run_it(sisters: tuple[Network, Path]) -> None:
    with pytest.raises(UsageError, match="openvino"):
        choose_engine(*sisters, "opencv", precision="int8")
    assert choose_engine(*sisters, "opencv", threads=1).precision == "float32"


def described(folder: Path, network: Network, path: Path, **changes: Any) -> Network:
    keys = {"file": path.name, "sha256": file_sha256(path)} | changes
    kept = network.model_dump(mode="json", exclude_none=True) | keys
    own = folder / "own.yaml"
    import yaml

    own.write_text(yaml.safe_dump(kept))
    return read_network(own)


def test_a_network_is_there_with_its_sister_or_not_at_all(
    sisters: tuple[Network, Path], tmp_path: Path
) -> None:
    network = described(tmp_path, *sisters)
    store = ModelStore(tmp_path, tmp_path)
    assert store.presence(network) is not Presence.ABSENT
    (tmp_path / "sister.bin").unlink()
    assert store.presence(network) is Presence.ABSENT


def test_a_damaged_sister_is_refused(sisters: tuple[Network, Path], tmp_path: Path) -> None:
    wrong = {"file": "sister.xml", "sha256": 64 * "0", "weights": {"file": "sister.bin"}}
    network = described(tmp_path, *sisters, int8=wrong)
    with pytest.raises(ModelError, match=r"sister\.xml"):
        ModelStore(tmp_path, tmp_path).fetch(network)


def test_a_lone_copy_of_a_shipped_file_needs_no_sister(
    sisters: tuple[Network, Path], tmp_path: Path
) -> None:
    network = described(tmp_path, *sisters)
    import yaml

    shipped, elsewhere = tmp_path / "shipped", tmp_path / "elsewhere"
    shipped.mkdir(), elsewhere.mkdir()
    kept = network.model_dump(mode="json", exclude_none=True, exclude={"name"})
    (shipped / "manifest.yaml").write_text(
        yaml.safe_dump({"default": "tiny", "networks": {"tiny": kept}})
    )
    shutil.copy(sisters[1], elsewhere / "copy.onnx")
    found, path = ModelStore(shipped, tmp_path).resolve(str(elsewhere / "copy.onnx"))
    assert path == elsewhere / "copy.onnx"
    assert found.int8 is None
