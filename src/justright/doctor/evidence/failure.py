"""The error that ended a script, and where the network stood."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An exception that nobody caught.

    Attributes:
        error: Class of the exception ("RuntimeError").
        message: Its text, at most 2,000 characters.
        line: Line of the user's script that was running; None where none was.
        text: That line.
        layer: Innermost layer that was running ("fc1"); "" for none.
        kind: Its class ("Linear").
        model: The model around it.
        in_shapes: Shapes of the tensors that came into the layer.
        in_dtypes: Their dtypes.
        in_devices: Their devices.
        weight_shape: Shape of the layer's weight; empty for none.
        options: What the layer was built with, as Python shows it ("in_features=784, out=10").
        before: The layer that ran before it in the same pass, with its output's shape: where
            the input came from ("conv2: Conv2d -> (32, 64, 5, 5)"); "" for none.
        loss: Name of the loss function that was running; "" for none.
        loss_shapes: Shapes of what went into it.
        loss_dtypes: Their dtypes.
        target_low: Least target that went into it; None for none.
        target_high: Greatest.
        during: "forward", "loss", "backward", "step", "data" or "script".
        step: Optimizer steps made before it.
    """

    error: str
    message: str
    line: int | None = None
    text: str = ""
    layer: str = ""
    kind: str = ""
    model: str = ""
    in_shapes: tuple[tuple[int, ...], ...] = ()
    in_dtypes: tuple[str, ...] = ()
    in_devices: tuple[str, ...] = ()
    weight_shape: tuple[int, ...] = ()
    options: str = ""
    before: str = ""
    loss: str = ""
    loss_shapes: tuple[tuple[int, ...], ...] = ()
    loss_dtypes: tuple[str, ...] = ()
    target_low: float | None = None
    target_high: float | None = None
    during: str = "script"
    step: int = 0
