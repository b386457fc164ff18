"""Network shapes for the tests: one to change at will, and any at all."""

import dataclasses

from hypothesis import strategies as st

from justright.nets.spec import DenseSpec

BASE = DenseSpec(n_numeric=3, n_plain=2, cardinalities=(), n_outputs=3, depth=2, width=5)
ACTIVATIONS = (
    "logistic", "tanh", "relu", "leaky_relu", "prelu", "rrelu", "elu", "selu", "gelu", "silu",
    "mish",
)  # fmt: skip
NORMS = ("none", "batch", "layer")
EMBEDDINGS = ("none", "periodic", "piecewise_linear")
INITS = tuple(f"{f}_{law}" for f in ("he", "lecun", "glorot") for law in ("normal", "uniform"))


def spec_with(**changes):
    return dataclasses.replace(BASE, **changes)


#: Every combination of levers, small enough to build at once. No input at all is no network.
specs = st.builds(
    DenseSpec,
    n_numeric=st.integers(1, 3),
    n_plain=st.integers(0, 2),
    cardinalities=st.lists(st.integers(1, 40), max_size=2).map(tuple),
    n_outputs=st.integers(1, 3),
    depth=st.integers(0, 3),
    width=st.integers(1, 40),
    shape=st.sampled_from(("same", "funnel")),
    activation=st.sampled_from(ACTIVATIONS),
    init=st.sampled_from(INITS),
    last_layer_init=st.sampled_from(("prior", "plain")),
    normalisation=st.sampled_from(NORMS),
    residual=st.booleans(),
    numeric_embedding=st.sampled_from(EMBEDDINGS),
    embedding_size=st.integers(2, 5),
)

#: Networks that can lie side by side: of one kind of input, all else at random, deepest first.
stacks = st.lists(specs, min_size=1, max_size=6).map(
    lambda drawn: [
        dataclasses.replace(
            spec,
            n_numeric=drawn[0].n_numeric,
            n_plain=drawn[0].n_plain,
            cardinalities=drawn[0].cardinalities,
            n_outputs=drawn[0].n_outputs,
            numeric_embedding=drawn[0].numeric_embedding,
            embedding_size=drawn[0].embedding_size,
        )
        for spec in sorted(drawn, key=lambda spec: -spec.depth)
    ]
)
