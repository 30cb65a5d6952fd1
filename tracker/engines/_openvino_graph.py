"""A network as OpenVINO reads it, made into what is compiled: bytes in, maps out, one size."""

from __future__ import annotations

from typing import Any

from tracker.engines._maps import check_output_shapes, chosen_tensors
from tracker.errors import ModelError
from tracker.networks import Network

#: Constants of these types are what their arithmetic is done with; others are only kept small in the file.
_NARROW = frozenset({"i4", "u4", "i8", "u8"})


def unpacked(model: Any) -> Any:
    """Turn constants that are kept as 16-bit numbers into float32, in place, once.

    Each compiled size would make a float32 copy of its own; so they share this one. A network in 8-bit
    integers stays as it is.
    """
    from openvino.passes import ConstantFolding, Manager

    constants = [each for each in model.get_ops() if each.get_type_name() == "Constant"]
    if not any(each.get_element_type().to_string() in _NARROW for each in constants):
        manager = Manager()
        manager.register_pass(ConstantFolding())
        manager.run_passes(model)
    return model


def chosen_outputs(network: Network, model: Any) -> list[int]:
    """Give the numbers of the outputs that the description names, in channel order."""
    there = [sorted(port.get_names()) for port in model.outputs]
    return chosen_tensors(network, network.outputs, there, "outputs")


def with_preparation(network: Network, model: Any, given: list[int]) -> Any:
    """Build normalisation and layout into the graph: bytes (n, h, w, 3) in, (n, c, h, w) out."""
    import openvino
    from openvino.preprocess import PrePostProcessor

    names = [sorted(port.get_names()) for port in model.inputs]
    wanted = () if network.input is None else (network.input,)
    chosen_tensors(network, wanted, names, "input")
    if len(names) != 1:
        raise ModelError(f"Network {network.name} should have one input, found {len(names)}.")
    layout = openvino.Layout(network.layout.upper())
    steps = PrePostProcessor(model)
    entry = steps.input()
    entry.tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    entry.model().set_layout(layout)
    entry.preprocess().convert_element_type(openvino.Type.f32)
    if any(network.mean):
        entry.preprocess().mean(list(network.mean))
    if set(network.scale) != {1.0}:
        entry.preprocess().scale(list(network.scale))
    for number in given:
        steps.output(number).model().set_layout(layout)
        steps.output(number).tensor().set_element_type(openvino.Type.f32)
        steps.output(number).tensor().set_layout(openvino.Layout("NCHW"))
    return steps.build()


def sized_for(model: Any, height: int, width: int) -> Any:
    """Give the network for pictures of one size."""
    sized = model.clone()
    sized.reshape([1, height, width, 3])
    return sized


def check_outputs(network: Network, sized: Any, given: list[int]) -> None:
    """Find a wrong description before the first frame: shapes are known without running anything."""
    height, width = size_of(sized)
    shapes = [tuple(sized.output(number).get_partial_shape().get_max_shape()) for number in given]
    check_output_shapes(network, shapes, height, width)


def size_of(sized: Any) -> tuple[int, int]:
    """Give height and width of the pictures of a network for one size."""
    _, height, width, _ = sized.input().get_shape()
    return int(height), int(width)
