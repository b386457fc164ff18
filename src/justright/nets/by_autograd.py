"""What stacks share whose backward pass is autograd's."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from justright.nets.activation import sloped
from justright.nets.dropout import Mask
from justright.nets.program import Params, Program
from justright.nets.strands import Dealt


def program_of(
    run: Callable[[Params], Tensor],
    x: Tensor,
    outputs: Tensor,
    params: Params,
    grads: Params | None,
) -> Program:
    """Write a step down: the forward pass with its graph, and the way back.

    Args:
        run: The forward pass, from parameters by block to outputs; it reads the batch from `x`.
        x: The batch.
        outputs: Where outputs go; its shape and dtype are used.
        params: Parameters by block.
        grads: Where gradients go; None to predict.
    """
    program = Program(x, outputs, torch.zeros_like(outputs))
    graph: dict[str, Tensor] = {}

    def forward() -> None:
        graph.clear()
        leaves = {name: value.detach().requires_grad_() for name, value in params.items()}
        with torch.enable_grad():
            root = run(leaves)
        graph.update(leaves, root=root)
        outputs.copy_(root.detach())

    def backward() -> None:
        assert grads is not None
        root = graph.pop("root")
        found = torch.autograd.grad(root, tuple(graph.values()), program.output_grad)
        for name, value in zip(graph, found, strict=True):
            grads[name].copy_(value)

    program.forward_calls.append(forward)
    program.backward_calls.append(backward)
    return program


def activated(
    name: str, module: nn.Module, params: Params, layer: str, z: Tensor, slopes: Sequence[Tensor]
) -> Tensor:
    """Activations, members first.

    Args:
        name: Word of the activation lever.
        module: The torch.nn module of it, in the mode of prediction.
        params: Parameters by block: PReLU's slopes.
        layer: The layer's name among them.
        z: What enters.
        slopes: RReLU's slopes of the step, of all members in their order; empty for none.
    """
    if name == "prelu":
        slope = params[f"activation.{layer}.slope"]
        return sloped(z, slope.view(-1, *(1 for _ in z.shape[1:])))
    if name == "rrelu" and slopes:
        return sloped(z, torch.cat(list(slopes)))
    bent: Tensor = module(z)
    return bent


def slopes_of(dealt: Dealt | None, layer: int) -> list[Tensor]:
    """RReLU's slopes of a layer; empty where none were dealt."""
    return [] if dealt is None else [own for _, _, own in dealt.slopes.get(layer, ())]


def dropped(h: Tensor, masks: Sequence[tuple[int, int, Mask]]) -> Tensor:
    """Values dropped, members first; members without a mask are left as they are."""
    if not masks:
        return h
    if len(masks) == 1 and masks[0][:2] == (0, len(h)):
        mask = masks[0][2]
        return h * mask.scale if mask.shift is None else h * mask.scale + mask.shift
    scale, shift = torch.ones_like(h), torch.zeros_like(h)
    for a, b, mask in masks:
        scale[a:b] = mask.scale
        if mask.shift is not None:
            shift[a:b] = mask.shift
    return h * scale + shift
