"""From a scene to frames, and to the truth about them."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from posetrail.demo.camera import Array, Camera
from posetrail.demo.court import backdrop, net_layer
from posetrail.demo.scene import Movement, Scene
from posetrail.demo.shading import SUN, Canvas
from posetrail.demo.solids import BALL, STRINGS, Solid, player_solids, racket_ring
from tracker.poses import Frame
from tracker.skeleton import COCO18, Skeleton
from tracker.tracks import State, Tracks

Picture = NDArray[np.uint8]

#: Standard deviation of the camera's noise, in grey levels.
NOISE = 3.0
_NOISE_TILES = 6
BALL_RADIUS = 0.036
SHADE = 0.45
#: A face point that is turned farther away than this (cosine) counts as not visible.
TURNED_AWAY = -0.15


def render(scene: Scene) -> Iterator[Frame]:
    """Draw a scene frame by frame.

    Parameters
    ----------
    scene : Scene
        What happens.

    Yields
    ------
    Frame
        Index, seconds and picture; the same scene gives the same pixels.
    """
    chance = np.random.default_rng(scene.seed)
    behind = backdrop(scene.camera, chance)
    net = net_layer(scene.camera)
    noise = _noise(chance, behind.shape)
    for index, time in enumerate(scene.times.tolist()):
        picture = behind.copy()
        _shadows(picture, scene, index)
        for far_side in (True, False):
            _draw_side(picture, scene, index, far_side=far_side)
            if far_side:
                net.lay_over(picture)
        tile = noise[int(chance.integers(_NOISE_TILES))]
        picture = cv2.add(picture, tile, dtype=cv2.CV_8U)
        yield Frame(index, time, picture)


def labels(scene: Scene, skeleton: Skeleton = COCO18) -> Tracks:
    """Give the truth: where everybody's keypoints are in every frame.

    Parameters
    ----------
    scene : Scene
        What happens.
    skeleton : Skeleton, optional
        A layout of which the bodies have all keypoints.

    Returns
    -------
    Tracks
        Player ``k`` has ID ``k + 1``; scores are 1. Eyes, ears and nose that are turned away, and
        keypoints outside the picture, are missing; joints hidden behind a limb or the net are not.
    """
    people = [_keypoints(scene.camera, movement, skeleton) for movement in scene.movements]
    frames, count = len(scene.times), len(people)
    xy = np.stack(people, axis=1).reshape(frames * count, len(skeleton), 2).astype(np.float32)
    score = np.where(np.isnan(xy[..., 0]), np.float32(np.nan), np.float32(1))
    return Tracks(
        skeleton,
        np.repeat(np.arange(frames), count),
        np.repeat(scene.times, count),
        np.tile(np.arange(1, count + 1), frames),
        xy,
        score,
        np.full(frames * count, State.OBSERVED, np.uint8),
        {"source": "posetrail demo", "seed": scene.seed},
    )


def _keypoints(camera: Camera, movement: Movement, skeleton: Skeleton) -> Array:
    places = np.stack([movement.joints[name] for name in skeleton.keypoints], axis=1)
    xy, _ = camera.project(places)
    head, face = movement.joints["head"][:, None], movement.joints["face"][:, None]
    view = camera.position - places
    view /= np.linalg.norm(view, axis=-1, keepdims=True)
    outward = places - head
    outward /= np.linalg.norm(outward, axis=-1, keepdims=True)
    parts = [name.rpartition("_")[2] for name in skeleton.keypoints]
    on_face = np.isin(parts, ["nose", "eye"])
    facing = np.where(on_face, (face * view).sum(axis=-1), (outward * view).sum(axis=-1))
    hidden = np.isin(parts, ["nose", "eye", "ear"]) & (facing < TURNED_AWAY)
    outside = ((xy < 0) | (xy > [camera.width - 1, camera.height - 1])).any(axis=-1)
    xy[hidden | outside] = np.nan
    return xy


def _draw_side(picture: Picture, scene: Scene, index: int, *, far_side: bool) -> None:
    canvas = Canvas(picture, scene.camera)
    solids: list[Solid] = []
    for player, movement in zip(scene.players, scene.movements, strict=True):
        if (player.y > 0) == far_side:
            _strings(picture, scene.camera, movement, index)
            solids += player_solids(movement, player.look, index)
    ball = scene.ball[index]
    if np.isfinite(ball).all() and (ball[1] > 0) == far_side:
        before = scene.ball[max(index - 1, 0)]
        tail = ball + (before - ball) * 0.35 if np.isfinite(before).all() else ball
        solids.append(Solid(ball, tail, BALL_RADIUS, BALL_RADIUS * 0.8, BALL))
    canvas.draw(solids)


def _strings(picture: Picture, camera: Camera, movement: Movement, index: int) -> None:
    ring = racket_ring(movement.joints["right_wrist"][index], movement.racket[index])
    outline = (camera.project(ring)[0] * 16).astype(np.int32)
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(mask, [outline], 255, cv2.LINE_AA, 4)
    x, y, width, height = cv2.boundingRect(outline // 16)
    rows, columns = slice(max(y - 1, 0), y + height + 1), slice(max(x - 1, 0), x + width + 1)
    cover = mask[rows, columns, None] / np.float32(255) * 0.25
    part = picture[rows, columns]
    part[:] = part + (np.asarray(STRINGS, np.float32) - part) * cover


def _shadows(picture: Picture, scene: Scene, index: int) -> None:
    """Darken the ground where the players and the ball keep the sun away."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    for player, movement in zip(scene.players, scene.movements, strict=True):
        for solid in player_solids(movement, player.look, index):
            _cast(mask, scene.camera, solid)
    ball = scene.ball[index]
    if np.isfinite(ball).all():
        _cast(mask, scene.camera, Solid(ball, ball, BALL_RADIUS, BALL_RADIUS, BALL))
    x, y, width, height = cv2.boundingRect(mask)
    rows, columns = slice(max(y - 9, 0), y + height + 9), slice(max(x - 9, 0), x + width + 9)
    soft = cv2.GaussianBlur(mask[rows, columns], (0, 0), 2.2)[..., None]
    part = picture[rows, columns]
    part[:] = part * (1 - soft * np.float32(SHADE / 255))


def _cast(mask: Picture, camera: Camera, solid: Solid) -> None:
    ends = np.stack([solid.start, solid.end])
    ground = ends - SUN * (ends[:, 2:] / SUN[2])
    xy, depth = camera.project(ground)
    thickness = max(int((solid.start_radius + solid.end_radius) * camera.focal / depth.mean()), 1)
    start, end = (xy * 16).astype(int).tolist()
    cv2.line(mask, start, end, 255, thickness, cv2.LINE_AA, 4)


def _noise(chance: np.random.Generator, shape: tuple[int, ...]) -> list[NDArray[np.int16]]:
    return [chance.normal(0, NOISE, shape).astype(np.int16) for _ in range(_NOISE_TILES)]
