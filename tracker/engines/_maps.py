"""What all engines share: what goes into a network and what must come out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracker.errors import ModelError, UsageError
from tracker.networks import Network

#: Multiples of ``network.multiple`` in the small input that networks are tried with.
PROBE_MULTIPLES = 4


def pixels_for(network: Network, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Give images the colour order and the normalisation a network wants; axes stay (n, h, w, 3)."""
    pixels = images[..., ::-1] if network.colour == "rgb" else images
    values = pixels.astype(np.float32)
    if any(network.mean):
        values -= np.array(network.mean, np.float32)
    if set(network.scale) != {1.0}:
        values /= np.array(network.scale, np.float32)
    return values


def check_images(network: Network, images: NDArray[np.uint8]) -> None:
    """Check that images are what engines take.

    Raises
    ------
    ValueError
        If the shape is not (images, height, width, 3), there is no image, a side is not a multiple of the network's, or
        the values are not bytes.
    """
    sized = images.ndim == 4 and images.shape[3] == 3 and images.size > 0
    if not sized or images.dtype != np.uint8:
        raise ValueError(f"expected uint8 (n, h, w, 3), found {images.dtype} {images.shape}")
    if images.shape[1] % network.multiple or images.shape[2] % network.multiple:
        raise ValueError(
            f"network {network.name} takes multiples of {network.multiple} pixels, "
            f"found {images.shape[2]} x {images.shape[1]}"
        )


def chosen_tensors(
    network: Network, wanted: Sequence[str], there: Sequence[Sequence[str]], key: str
) -> list[int]:
    """Find the tensors a description names among those a file has.

    Parameters
    ----------
    network : Network
        What the network is.
    wanted : sequence of str
        Names in the description; none asks for the only tensor.
    there : sequence of sequences of str
        The names of each tensor in the file.
    key : str
        The description's key, for the message.

    Returns
    -------
    list of int
        Their numbers in the file, in the order of ``wanted``.

    Raises
    ------
    ModelError
        If a name is not there, or none is given and there are several.
    """
    first_names = ", ".join(names[0] if names else "(unnamed)" for names in there) or "none"
    if not wanted and len(there) == 1:
        return [0]
    if not wanted:
        raise ModelError(
            f"Network {network.name} has {len(there)} tensors for {key}: {first_names}.",
            hint=f"Name them in the description's key {key}, in channel order.",
        )
    numbers = []
    for name in wanted:
        # TensorFlow counts the outputs of a node (image:0); people write image.
        matches = [i for i, names in enumerate(there) if {name, f"{name}:0"} & set(names)]
        if not matches:
            raise ModelError(
                f"Network {network.name} has no {key} {name!r}; it has: {first_names}."
            )
        numbers.append(matches[0])
    return numbers


def canonical_maps(
    network: Network, outputs: Sequence[NDArray[np.float32]], height: int, width: int
) -> NDArray[np.float32]:
    """Join a network's outputs to the maps that everybody expects.

    Parameters
    ----------
    network : Network
        What the network is.
    outputs : sequence of float32 arrays, each (images, channels, h, w)
        In channel order.
    height, width : int
        Size of the input, pixels.

    Returns
    -------
    float32 array, shape (images, channels, height / stride, width / stride)
        Confidence maps, then part affinity fields.

    Raises
    ------
    ModelError
        If the outputs are not what the description says.
    """
    check_output_shapes(network, [output.shape for output in outputs], height, width)
    maps = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=1)
    if network.channel_order == "confidence_paf":
        return maps
    return np.roll(maps, network.skeleton.n_confidence_maps, axis=1)


def check_output_shapes(
    network: Network, shapes: Sequence[Sequence[int]], height: int, width: int
) -> None:
    """Check the shapes (images, channels, h, w) of a network's outputs for an input size.

    Raises
    ------
    ModelError
        If channels or size are not what the description says.
    """
    rows, columns = height // network.stride, width // network.stride
    found = " + ".join("x".join(str(side) for side in shape) for shape in shapes)
    channels = network.skeleton.n_channels
    good = all(len(shape) == 4 and tuple(shape[2:]) == (rows, columns) for shape in shapes)
    if not good or sum(shape[1] for shape in shapes) != channels:
        raise ModelError(
            f"Network {network.name} should give {channels} channels of {rows}x{columns} for an input "
            f"of {height}x{width} ({network.skeleton.name}, stride {network.stride}), found {found}.",
            hint="Correct skeleton, stride, layout or outputs in its description.",
        )


def try_out(network: Network, infer: Callable[[NDArray[np.uint8]], NDArray[np.float32]]) -> None:
    """Run a network once on a small grey image: what is wrong shows before the first frame.

    Raises
    ------
    ModelError
        If it fails or gives something else than its description says.
    """
    side = PROBE_MULTIPLES * network.multiple
    infer(np.full((1, side, side, 3), 128, np.uint8))


def unreadable(network: Network, path: Path, error: Exception) -> ModelError:
    """Turn an engine's complaint about a file into the error a user reads."""
    lines = [line.strip(" >") for line in str(error).splitlines() if line.strip(" >")]
    reason = lines[-1][:200].rstrip(".") if lines else type(error).__name__
    return ModelError(
        f"{path} cannot be read as {network.format}: {reason}.",
        hint="The file is damaged or is not what its description says.",
    )


def beside(network: Network, path: Path) -> Path:
    """Find the weights that belong to a model file.

    Raises
    ------
    ModelError
        If they are not there.
    """
    if network.weights is None:
        raise ModelError(f"Network {network.name} has no weights in its description.")
    weights = network.folder_of(path) / network.weights.file
    if not weights.is_file():
        raise ModelError(f"{path} needs its weights {weights}, which are not there.")
    return weights


def refuse(engine: str, option: str, value: str) -> UsageError:
    """Say that an engine cannot do what an option asks for."""
    return UsageError(f"The engine {engine} cannot run with {option} {value!r} here.")
