"""Every engine gives the same, known maps for the same network in every format it reads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.networks import STRIDE, expected_maps, tiny_network, tiny_weights, write_onnx
from tracker.engine import Engine, choose_engine, engine_names, engine_version
from tracker.errors import ModelError, UsageError
from tracker.networks import Network, read_manifest
from tracker.plugins import load_plugin

PAIRS = [
    (engine, kind)
    for engine in engine_names()
    for kind in sorted(load_plugin("tracker.engines", engine).FORMATS)
]
HOSTILE = {
    "empty": b"",
    "text": b"this is not a network\n" * 50,
    "noise": np.random.default_rng(3).bytes(5000),
    "zeros": bytes(5000),
}


def pictures(n: int = 1, height: int = 32, width: int = 48) -> NDArray[np.uint8]:
    return np.random.default_rng(n).integers(0, 256, (n, height, width, 3), dtype=np.uint8)


def engine_for(network: Network, path: Path, name: str = "auto") -> Engine:
    if name != "auto" and engine_version(name) is None:
        pytest.skip(f"{name} is not installed")
    return choose_engine(network, path, name, precision="float32", device="cpu")


def assert_right(engine: Engine, network: Network, images: NDArray[np.uint8]) -> None:
    maps = engine.infer(images)
    assert maps.dtype == np.float32
    wanted = expected_maps(network, images)
    np.testing.assert_allclose(maps, wanted, rtol=1e-3, atol=1e-3 * np.abs(wanted).max())


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_gives_the_known_maps(name: str, kind: str, tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, kind)
    engine = engine_for(network, path, name)
    assert (engine.name, engine.device, engine.precision) == (name, "cpu", "float32")
    assert engine.streams >= 1
    for images in (pictures(1), pictures(1, 64, 40), pictures(3)):
        assert_right(engine, network, images)


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_colour_and_normalisation(name: str, kind: str, tmp_path: Path) -> None:
    changes = {"colour": "rgb", "mean": [123.7, 116.3, 103.5], "scale": [58.4, 57.1, 57.4]}
    network, path = tiny_network(tmp_path, kind, **changes)
    assert_right(engine_for(network, path, name), network, pictures(2))


@pytest.mark.parametrize("name", engine_names())
def test_fields_first_are_put_last(name: str, tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx", channel_order="paf_confidence")
    assert_right(engine_for(network, path, name), network, pictures())


@pytest.mark.parametrize("name", engine_names())
def test_two_outputs_are_joined_in_the_order_of_the_description(name: str, tmp_path: Path) -> None:
    network, _ = tiny_network(tmp_path, "onnx", outputs=["confidence", "pafs"])
    path, _ = write_onnx(tmp_path, tiny_weights(), outputs=2)
    assert_right(engine_for(network, path, name), network, pictures())


def test_an_output_that_is_not_there_is_named(tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx", outputs=["heat"])
    with pytest.raises(ModelError, match=r"no outputs 'heat'.*maps"):
        engine_for(network, path, "openvino")


@pytest.mark.parametrize("name", engine_names())
def test_several_threads_may_call_at_once(name: str, tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx")
    engine = engine_for(network, path, name)
    sizes = [(32, 32), (40, 64), (64, 40)]
    jobs = [pictures(1, *sizes[i % 3]) for i in range(30)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(engine.infer, jobs))
    for images, maps in zip(jobs, results, strict=True):
        wanted = expected_maps(network, images)
        np.testing.assert_allclose(maps, wanted, rtol=1e-3, atol=1e-3 * np.abs(wanted).max())


@pytest.mark.parametrize("name", engine_names())
@pytest.mark.parametrize("change", [{"skeleton": "body25"}, {"stride": 4}, {"skeleton": "mpi15"}])
def test_a_wrong_description_shows_before_the_first_frame(
    name: str, change: dict[str, object], tmp_path: Path
) -> None:
    network, path = tiny_network(tmp_path, "onnx", **change)
    with pytest.raises(ModelError, match=r"should give \d+ channels of .* found 1x57x4x4"):
        engine_for(network, path, name)


@pytest.mark.parametrize(("name", "kind"), PAIRS)
@pytest.mark.parametrize("damage", [*HOSTILE, "cut"])
def test_a_hostile_file_is_one_clear_sentence(
    name: str, kind: str, damage: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    network, path = tiny_network(tmp_path, kind)
    victim = tmp_path / network.weights.file if network.weights else path
    whole = victim.read_bytes()
    victim.write_bytes(HOSTILE.get(damage, whole[: len(whole) // 2]))
    with pytest.raises(ModelError) as caught:
        engine_for(network, path, name)
    assert str(path) in str(caught.value) or network.name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_flipped_bytes_never_end_in_anything_but_our_error(
    name: str, kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    network, path = tiny_network(tmp_path, kind)
    victim = tmp_path / network.weights.file if kind == "caffe" and network.weights else path
    whole = np.frombuffer(victim.read_bytes(), np.uint8)
    rng = np.random.default_rng(7)
    refused = 0
    for _ in range(2 if name == "opencv" else 15):  # OpenCV tries each in a process of its own
        damaged = whole.copy()
        # The structure stands at both ends; the middle is weights, where any byte is as good.
        places = rng.integers(0, min(400, len(whole) // 2), 5) * rng.choice([1, -1], 5)
        damaged[places] = rng.integers(0, 256, 5)
        victim.write_bytes(damaged.tobytes())
        try:
            engine_for(network, path, name)
        except ModelError:
            refused += 1
    assert refused > 0
    assert capfd.readouterr() == ("", "")


def test_auto_takes_the_fastest_that_reads_the_format(tmp_path: Path) -> None:
    for kind, wanted in (("tensorflow", "openvino"), ("caffe", "opencv")):
        network, path = tiny_network(tmp_path, kind)
        assert engine_for(network, path).name == wanted


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "tensorrt"}, "no engine 'tensorrt'. Known: auto, onnxruntime"),
        ({"name": "openvno"}, "Did you mean 'openvino'"),
        ({"device": "tpu"}, "no device 'tpu'"),
        ({"precision": "float12"}, "no precision 'float12'. Did you mean 'float"),
        ({"name": "opencv", "device": "cuda"}, "cannot run with --device 'cuda'"),
        ({"name": "opencv", "precision": "bfloat16"}, "cannot run with --precision 'bfloat16'"),
        ({"name": "onnxruntime", "precision": "float16"}, "cannot run with --precision 'float16'"),
    ],
)
def test_what_cannot_be_done_is_said(options: dict[str, str], message: str, tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx")
    with pytest.raises(UsageError, match=message):
        choose_engine(network, path, **options)  # type: ignore[arg-type]


def test_an_engine_that_cannot_read_the_format(tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "caffe")
    with pytest.raises(UsageError, match="openvino cannot read caffe"):
        choose_engine(network, path, "openvino")


def test_a_missing_file_and_missing_weights(tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "caffe")
    with pytest.raises(ModelError, match="There is no model file"):
        choose_engine(network, tmp_path / "nothing")
    (tmp_path / "tiny.caffemodel").unlink()
    with pytest.raises(ModelError, match=r"needs its weights .*tiny\.caffemodel"):
        choose_engine(network, path)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((1, 32, 33, 3), np.uint8),
        np.zeros((32, 32, 3), np.uint8),
        np.zeros((1, 32, 32, 3), np.float32),
    ],
)
def test_wrong_pictures_are_a_programming_error(images: NDArray[np.uint8], tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx")
    with pytest.raises(ValueError, match=r"expected uint8|multiples of 8"):
        engine_for(network, path, "openvino").infer(images)


def test_only_a_few_input_sizes_stay_compiled(tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx")
    engine = choose_engine(network, path, "openvino", precision="float32")
    rng = np.random.default_rng(0)
    for side in [*range(16, 16 + 8 * 8, 8), 16]:
        images = rng.integers(0, 256, (1, side, 32, 3)).astype(np.uint8)
        np.testing.assert_allclose(engine.infer(images), expected_maps(network, images), atol=1e-2)
    sizes = list(engine._sizes)  # type: ignore[attr-defined]
    assert sizes[-2:] == [(72, 32), (16, 32)]
    assert len(sizes) == 6


def test_the_size_that_is_known_is_compiled_at_once_and_only_that(tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx")
    engine = choose_engine(network, path, "openvino", precision="float32", size=(32, 48))
    assert list(engine._sizes) == [(32, 48)]  # type: ignore[attr-defined]
    assert_right(engine, network, pictures())
    assert list(engine._sizes) == [(32, 48)]  # type: ignore[attr-defined]
    assert not choose_engine(network, path, "openvino")._sizes  # type: ignore[attr-defined]


def test_large_pictures_share_few_streams_while_the_next_is_made_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cv2.getNumberOfCPUs", lambda: 8)  # of which this process may use
    network, path = tiny_network(tmp_path, "onnx")
    engine = choose_engine(network, path, "openvino", precision="float32", size=(720, 1280))
    compiled = engine._sizes[720, 1280].compiled  # type: ignore[attr-defined]
    assert compiled.get_property("NUM_STREAMS") == 2
    assert engine.streams == 2 + 1
    assert_right(engine, network, pictures(1, 720, 1280))


@pytest.mark.parametrize("name", engine_names())
def test_a_released_engine_goes_on(name: str, tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx")
    engine = engine_for(network, path, name)
    assert_right(engine, network, pictures())
    engine.release()
    assert_right(engine, network, pictures())


def test_one_stream_answers_each_call_soonest(tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx")
    assert choose_engine(network, path, "openvino", streams=1).streams == 1


def test_engines_agree_on_the_real_network(shared_data: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    network = read_manifest(root / "models" / "manifest.yaml")["mobilenet_thin"]
    path = shared_data / "models" / network.file
    images = pictures(1, 96, 128)
    one, other = (engine_for(network, path, name).infer(images) for name in ("openvino", "opencv"))
    assert one.shape == (1, network.skeleton.n_channels, 96 // STRIDE, 128 // STRIDE)
    np.testing.assert_allclose(one, other, atol=2e-3)


@pytest.mark.parametrize("name", ["openvino", "onnxruntime"])
def test_the_shipped_network_sees_colours_as_its_description_says(name: str) -> None:
    manifest = read_manifest(Path(__file__).resolve().parents[3] / "models" / "manifest.yaml")
    shipped = manifest["movenet_maps"]
    other = shipped.model_copy(update={"colour": "rgb"})
    picture = pictures(1, 64, 96)
    swapped = np.ascontiguousarray(picture[..., ::-1])
    path = shipped.folder / shipped.file
    as_described = engine_for(shipped, path, name).infer(picture)
    assert np.allclose(engine_for(other, path, name).infer(swapped), as_described, atol=1e-4)
