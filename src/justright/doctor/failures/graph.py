"""Errors of backward and of what the optimizer is given."""

import re

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import Case, Told, fixed, place, recurrent

_TWICE = r"Trying to backward through the graph a second time"
_INPLACE = (
    r"modified by an inplace operation: \[(.*?)\], which is output \d+ of (\w+), is at version"
)


def _stepped_between(failure: Failure, found: re.Match[str]) -> Told | None:
    if not found[2].startswith(("AsStrided", "TBackward", "Transpose")) and found[2] != "T":
        return None
    return Told(
        f"a weight {found[1]} was changed between the forward pass and backward",
        "optimizer.step() ran while a loss from before it still had to go backward (two losses that"
        " share a network, or a graph kept by retain_graph=True)",
        "call every backward() first and the steps after, or run the forward pass again after the"
        " step",
        0.95,
    )


def _empty(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"the optimizer made at {place(failure)} got no parameters",
        "the model registers none: its layers are in a plain Python list or dict, are made in"
        " forward(), or the generator of parameters was used up before",
        "self.layers = nn.ModuleList([…]), and a fresh model.parameters() for the optimizer",
    )


_PYTHON_NUMBER = fixed(
    "backward() was called on a {0}",
    "the loss was turned into a plain number (.item(), float(), numpy) and lost its graph",
    "loss.backward() on the tensor itself; .item() only for printing",
)

CASES = (
    Case(
        10,
        r"does not require grad and does not have a grad_fn",
        fixed(
            "the loss has no graph: backward() cannot reach any weight",
            "the way from the weights to the loss is cut by .detach(), .data, .item(), numpy(),"
            " torch.tensor(…), argmax, or torch.no_grad(); or every weight is frozen",
            "keep tensors from the network's output to the loss; unfreeze with"
            " p.requires_grad_(True)",
        ),
    ),
    Case(
        10, r"'((?:numpy\.)?(?:float|int)\d*)' object has no attribute 'backward'", _PYTHON_NUMBER
    ),
    Case(10, r"optimizer got an empty parameter list", _empty),
    Case(
        10,
        r"can't optimize a non-leaf Tensor",
        fixed(
            "the optimizer got a tensor that was computed from others",
            "only leaves can be trained: .to(device), .view() or a product after requires_grad=True"
            " makes a new tensor",
            "torch.randn(…, device=device, requires_grad=True), or nn.Parameter(…), as the"
            " last step",
        ),
    ),
    Case(
        10,
        r"appears to not have been used in the graph",
        fixed(
            "a gradient was asked for a tensor that the result does not depend on",
            "the way between them is cut, or the tensor was replaced by a copy",
            "use the very tensor in the computation; allow_unused=True where that is meant",
        ),
    ),
    Case(
        29,
        _TWICE,
        fixed(
            "backward() reached the graph of the batch before, which is gone",
            "the hidden state of the recurrent layer is carried from batch to batch with its graph",
            "cut it: hidden = hidden.detach(), for an LSTM hidden = tuple(h.detach() for h"
            " in hidden)",
            0.95,
        ),
        recurrent,
    ),
    Case(
        11,
        _TWICE,
        fixed(
            "backward() went a second time through the same graph",
            "two losses share a part of the network and each calls backward(), or a tensor with a"
            " graph is kept from one batch to the next",
            "add the losses and call backward() once: (loss_a + loss_b).backward();"
            " .detach() what is"
            " kept or only copied (a generator's output for the discriminator)",
            0.95,
        ),
    ),
    Case(11, _INPLACE, _stepped_between),
    Case(
        31,
        _INPLACE,
        fixed(
            "the result {0} of {1} was changed in place before backward() could use it",
            "+=, x[i] = …, relu_() or inplace=True wrote over a value that the gradient needs",
            "x = x + y in place of x += y; nn.ReLU() without inplace=True",
        ),
    ),
    Case(
        31,
        r"leaf Variable that requires grad is being used in an in-place operation",
        fixed(
            "a weight was changed in place while autograd was watching",
            "an update by hand (w -= …, w[0] = …) is no part of the network",
            "with torch.no_grad(): w -= rate * w.grad",
        ),
    ),
    Case(
        31,
        r"grad can be implicitly created only for scalar outputs",
        fixed(
            "backward() was called on a tensor of many numbers",
            "the loss keeps one number per example (reduction='none'), or is no loss yet",
            "loss.mean().backward()",
        ),
    ),
    Case(
        31,
        r"Can't call numpy\(\) on Tensor that requires grad",
        fixed(
            "a tensor with a graph was turned into numpy",
            "numpy knows no gradients",
            "x.detach().cpu().numpy() for printing and plots; on the way to the loss stay"
            " with tensors",
        ),
    ),
    Case(
        11,
        r"No inf checks were recorded|_scale is None",
        fixed(
            "scaler.step(optimizer) found no gradient that was scaled",
            "the loss went backward without the scaler, or nothing went backward before the step",
            "scaler.scale(loss).backward(); scaler.step(optimizer); scaler.update()",
        ),
    ),
    Case(
        11,
        r"unscale_\(\) has already been called|step\(\) has already been called",
        fixed(
            "the gradient scaler was used twice for one step",
            "scaler.update() must come after each step",
            "unscale_, clip, scaler.step(optimizer), scaler.update(): once each, in this order",
        ),
    ),
)
