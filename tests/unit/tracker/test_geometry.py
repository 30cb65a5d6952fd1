"""Map cells and pixels: where the picture's pixels end up, and back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tracker.decoding import InputGeometry

SIZES = [(1280, 720), (641, 359), (359, 641), (371, 1001), (368, 368)]


def planned(size: tuple[int, int], height: int | None = 368) -> InputGeometry:
    return InputGeometry.fit(size, height=height, multiple=8, stride=8)


def test_a_720p_picture_at_the_usual_height() -> None:
    geometry = planned((1280, 720))
    assert geometry.resized == (654, 368)
    assert geometry.padded == (656, 368)
    assert geometry.map_size == (82, 46)


def test_a_cell_is_the_middle_of_its_stride_of_pixels() -> None:
    geometry = planned((656, 368))
    cells = np.array([[0.0, 0.0], [10.0, 5.0]])
    assert geometry.to_original(cells).tolist() == [[3.5, 3.5], [83.5, 43.5]]


def test_native_height_keeps_every_pixel() -> None:
    geometry = planned((641, 359), height=None)
    image = np.random.default_rng(0).integers(0, 256, (359, 641, 3), np.uint8)
    prepared = geometry.prepare(image)
    assert prepared.shape == (360, 648, 3)
    assert np.array_equal(prepared[:359, :641], image)
    assert np.unique(prepared[359:]).size == 1


@pytest.mark.parametrize("size", SIZES)
def test_there_and_back(size: tuple[int, int]) -> None:
    geometry = planned(size)
    pixels = np.random.default_rng(0).uniform(0, np.array(size) - 1, (50, 2))
    back = geometry.to_original(geometry.to_cells(pixels))
    assert np.abs(back - pixels).max() < 1e-3


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("height", [184, 368, 736])
def test_a_blob_lies_where_the_mapping_says(size: tuple[int, int], height: int) -> None:
    """Resize a real blob, average strides of pixels as a network would, compare centres of mass."""
    geometry = planned(size, height)
    centre = np.array(size) * (0.53, 0.47)
    y, x = np.mgrid[: size[1], : size[0]]
    sigma = min(size) / 7
    blob = 255 * np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * sigma**2))
    image = np.repeat(blob.round().astype(np.uint8)[..., None], 3, 2)
    prepared = geometry.prepare(image)[..., 0].astype(float)
    prepared[:, geometry.resized[0] :] = prepared[geometry.resized[1] :] = 0
    width, rows = geometry.map_size
    cells = prepared.reshape(rows, 8, width, 8).mean((1, 3))
    cell_y, cell_x = np.mgrid[:rows, :width]
    mass = np.array([(cells * cell_x).sum(), (cells * cell_y).sum()]) / cells.sum()
    error = (geometry.to_original(mass) - centre) / geometry.scale
    assert np.abs(error).max() < 0.3


def test_places_outside_stay_in_the_picture_and_missing_stays_missing() -> None:
    geometry = planned((100, 50))
    pixels = geometry.to_original(np.array([[-3.0, -3.0], [1e6, 1e6], [np.nan, np.nan]]))
    assert pixels[:2].tolist() == [[0, 0], [99, 49]]
    assert np.isnan(pixels[2]).all()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3839, 2161)])
def test_shrinking_averages_pixels_and_does_not_pick_some(size: tuple[int, int]) -> None:
    geometry = planned(size)
    image = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    exact = cv2.resize(image, geometry.resized, interpolation=cv2.INTER_AREA).astype(float)
    picked = cv2.resize(image, geometry.resized, interpolation=cv2.INTER_LINEAR).astype(float)
    ours = geometry.prepare(image)[: geometry.resized[1], : geometry.resized[0]]
    assert np.std(ours - exact) < 0.35 * np.std(picked - exact)


def test_pictures_of_one_pixel_and_of_extreme_shape_have_an_input() -> None:
    for size in [(1, 1), (1, 5000), (5000, 1)]:
        geometry = planned(size)
        prepared = geometry.prepare(np.zeros((size[1], size[0], 3), np.uint8))
        assert prepared.shape == (geometry.padded[1], geometry.padded[0], 3)
        assert prepared.shape[1] <= 16_384
