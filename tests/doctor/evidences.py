"""Small evidence of a training in good health, to be made ill one figure at a time."""

import dataclasses

from justright.doctor.evidence import (
    Batch,
    Breakdown,
    Evidence,
    Graph,
    Layer,
    LossSample,
    LossUse,
    Op,
    Signal,
    Source,
    Track,
    Weight,
)

ROWS = 32
CLASSES = {"function": "cross_entropy", "input_shape": (ROWS, 5), "target_shape": (ROWS,),
           "target_dtype": "int64", "made_by": "Addmm"}  # fmt: skip
YES_OR_NO = {"function": "binary_cross_entropy_with_logits", "input_shape": (ROWS, 1),
             "target_shape": (ROWS, 1), "made_by": "Addmm"}  # fmt: skip
NUMBERS = {"function": "mse_loss", "input_shape": (ROWS, 1), "target_shape": (ROWS, 1),
           "made_by": "Addmm"}  # fmt: skip


def samples(*values, trivial=1.0, **figures):
    """Close looks at one loss, ten steps apart."""
    seen = values or (1.0, 0.6, 0.3, 0.1)
    return tuple(
        LossSample(step=10 * i, value=value, trivial=trivial, **figures)
        for i, value in enumerate(seen)
    )


def use(base, *looks, **changes):
    """A loss function in use."""
    return LossUse(**(dict(base) | {"samples": looks or samples()} | changes))


def of_losses(*uses, n_steps=100, **parts):
    """A training with these loss functions."""
    tracks = (Track(name="optimizer", kind="Adam", n_steps=n_steps),)
    return Evidence(door="check", **({"losses": uses, "tracks": tracks} | parts))


def of_inputs(*, out=0.6, kind="Linear", model="MLP", losses=(), then="Linear", **figures):
    """A training on a first batch of these figures, whose first layer puts out this spread."""
    layers = tuple(
        Layer(name=name, kind=of, model=model, calls=1,
              weights=(Weight(name=f"{name}.weight", shape=(8, 8)),))
        for name, of in (("0", kind), ("1", then))
    )  # fmt: skip
    batch = Batch(**({"model": model, "step": 0, "shape": (ROWS, 8)} | figures))
    signals = (Signal(op=kind, layer="0", std=out),)
    return of_losses(*losses, batches=(batch,), layers=layers, signals=signals)


def broken(*, losses=(), ops=(), updates=None, gradient=(), at=4, **facts):
    """A training whose loss ceased to be finite after some steps."""
    track = Track(
        name="optimizer", kind="Adam", n_steps=at + 1, steps=tuple(range(len(losses))),
        loss=tuple(losses), gradient=tuple(gradient), updates=updates or {}, sampled=(0, 1),
    )  # fmt: skip
    return Evidence(
        door="check",
        tracks=(track,),
        graphs=(Graph(ops=(Op(name="Mean"), *ops), step=at),),
        breakdown=Breakdown(step=at, **({"loss": "nan"} | facts)),
        batches=(Batch(model="MLP", step=0, shape=(ROWS, 8)),),
        losses=(use(NUMBERS),),
    )


def source(text):
    """A script that was read."""
    return Source(path="train.py", lines=tuple(text.splitlines()))


def weight(name, n_in, n_out, **figures):
    """A matrix as torch starts it."""
    usual = {"std": 0.58 / n_in**0.5, "fan_in": n_in, "fan_out": n_out}
    return Weight(name=f"{name}.weight", shape=(n_out, n_in), **(usual | figures))


def chain(*parts, biases=None, kind="Linear", loss="MseLoss"):
    """Graph and layers of a chain, input first: ("fc1", 10, 64) a layer, "Relu" an operation.

    A fourth part of a layer holds figures of its matrix; `biases` figures of every bias.
    """
    ops, layers = [Op(name="AccumulateGrad")], []
    layer = ""
    for part in parts:
        if isinstance(part, str):
            ops.append(Op(name=part, inputs=(len(ops) - 1,), layer=layer))
            continue
        layer, n_in, n_out, *figures = part
        own = (weight(layer, n_in, n_out, **(figures[0] if figures else {})),)
        own += (Weight(name=f"{layer}.bias", shape=(n_out,), **biases),) if biases else ()
        names = tuple(w.name for w in own)
        ops.append(Op(name="Addmm", inputs=(len(ops) - 1,), weights=names[::-1], layer=layer))
        layers.append(Layer(name=layer, kind=kind, model="MLP", calls=1, weights=own))
    ops.append(Op(name=loss, inputs=(len(ops) - 1,), layer=layer))
    last = len(ops) - 1
    turned = tuple(
        Op(name=op.name, inputs=tuple(last - i for i in op.inputs), weights=op.weights,
           layer=op.layer)
        for op in reversed(ops)
    )  # fmt: skip
    return {"graphs": (Graph(ops=turned),), "layers": tuple(layers)}


def still(**figures):
    """The course of a loss that stands still."""
    usual = {"name": "optimizer", "kind": "SGD", "n_steps": 80, "steps": tuple(range(80))}
    return Track(**(usual | {"loss": (2.3, 2.31, 2.29, 2.3) * 20} | figures))


def altered(evidence, **changes):
    """The same evidence with other figures, by part.

    Changes of `conduct` and `feed` are figures of that part; of `track`, `use` and `loader`
    figures of the first of them; of `layer` and `weight` figures by the name of a layer or
    parameter. Anything else takes the place of a whole part.
    """
    parts = {}
    for name, figures in changes.items():
        if name in ("conduct", "feed") and isinstance(figures, dict):
            parts[name] = dataclasses.replace(getattr(evidence, name), **figures)
        elif name in FIRST_OF:
            first, *others = getattr(evidence, FIRST_OF[name])
            parts[FIRST_OF[name]] = (dataclasses.replace(first, **figures), *others)
        elif name == "layer":
            parts["layers"] = tuple(
                dataclasses.replace(own, **figures.get(own.name, {})) for own in evidence.layers
            )
        elif name == "weight":
            parts["layers"] = tuple(_reweighted(own, figures) for own in evidence.layers)
        else:
            parts[name] = figures
    return dataclasses.replace(evidence, **parts)


FIRST_OF = {"track": "tracks", "use": "losses", "loader": "loaders"}


def _reweighted(layer, figures):
    weights = (dataclasses.replace(own, **figures.get(own.name, {})) for own in layer.weights)
    return dataclasses.replace(layer, weights=tuple(weights))
