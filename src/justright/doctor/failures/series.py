"""Errors of recurrent layers, attention and embeddings."""

import re

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import Case, Told, came_from, came_in, fixed, place, sizes

_SIZE = r"input\.size\(-1\) must be equal to input_size\. Expected (\d+), got (\d+)"
_HIDDEN = r"Expected hidden(?:\[\d\])? size (\(.*?\)), got (\[.*?\])"


def _flat_series(failure: Failure, found: re.Match[str]) -> Told | None:
    shape, wanted, got = came_in(failure), int(found[1]), int(found[2])
    if len(shape) != 2 or failure.before or got % wanted:
        return None
    remedy = "x = x.unsqueeze(-1)" if wanted == 1 else f"x = x.view(-1, {got // wanted}, {wanted})"
    return Told(
        f"{place(failure)} wants (batch, time, {wanted}) and got {shape}",
        f"the series was flattened: {got} = {got // wanted} steps of {wanted}",
        f"{remedy}, with batch_first=True",
    )


def _series_axes(failure: Failure, found: re.Match[str]) -> Told | None:
    shape, wanted = came_in(failure), int(found[1])
    if len(shape) != 3 or wanted not in shape[:2]:
        return None
    axis = shape.index(wanted)
    return Told(
        f"{place(failure)} wants {wanted} features in the last axis and got {shape}"
        f"{came_from(failure)}",
        f"the {wanted} features are in axis {axis}; with batch_first=True the order is"
        f" (batch, time,"
        " features)",
        f"x = x.transpose({axis}, 2)",
    )


def _series_size(failure: Failure, found: re.Match[str]) -> Told:
    wanted, got = int(found[1]), int(found[2])
    kind = failure.kind or "LSTM"
    return Told(
        f"{place(failure)} has input_size={wanted} and got {came_in(failure) or got}"
        f"{came_from(failure)}",
        f"each step of the series has {got} features, and {wanted} are wanted",
        f"nn.{kind}({wanted}, …) -> nn.{kind}({got}, …)",
    )


def _hidden_axes(failure: Failure, found: re.Match[str]) -> Told | None:
    wanted, got, shape = sizes(found[1]), sizes(found[2]), came_in(failure)
    if len(wanted) != len(got) != 3 or len(shape) != 3 or wanted[1] == got[1]:
        return None
    if got[1] not in shape[:2] or shape[0] == shape[1]:
        return None
    first = "batch_first=True" in failure.options
    return Told(
        f"{place(failure)} took {wanted[1]} for the batch of {shape}, and the state was made for a"
        f" batch of {got[1]}",
        "the layer and the script disagree on which axis is the batch: with"
        f" batch_first={first} it is axis {0 if first else 1}",
        f"nn.{failure.kind or 'LSTM'}(…, batch_first={not first}), or transpose x with"
        " x.transpose(0, 1)",
        0.9,
    )


def _hidden(failure: Failure, found: re.Match[str]) -> Told:
    wanted, got = sizes(found[1]), sizes(found[2])
    names = ("layers times directions", "the batch", "hidden_size")
    differ = [n for n, w, g in zip(names, wanted, got, strict=False) if w != g]
    batch = differ == ["the batch"]
    return Told(
        f"{place(failure)} wants a state of {wanted} and got {got}",
        f"they differ in {' and '.join(differ) or 'their axes'}",
        "make the state from the batch in hand: torch.zeros(layers, x.size(0), hidden); the last"
        " batch of an epoch is often shorter (drop_last=True)"
        if batch
        else f"build the state as torch.zeros{wanted}, or pass none: it starts from zeros",
    )


def _mask_axes(failure: Failure, found: re.Match[str]) -> Told | None:
    wanted, got = int(found[1]), int(found[2])
    return Told(
        f"{place(failure)} wants a padding mask with {wanted} rows (the batch) and got {got}",
        "a padding mask is (batch, time). Without batch_first=True the layer takes axis 0 of x for"
        " the time, so it read batch and time the wrong way round",
        "build the layer with batch_first=True, as the mask and the data are",
        0.9,
    )


def _source_and_target(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"{place(failure)} got source and target of {failure.in_shapes[:2] or 'unequal batches'}",
        "without batch_first=True axis 1 is the batch, and it differs between source and target",
        "nn.Transformer(…, batch_first=True), or transpose both",
        0.9,
    )


def _embed_dim(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"{place(failure)} was built for {found[1]} features (d_model) and got {found[2]}"
        f"{came_from(failure)}",
        "the size of the embedding and d_model must be the same",
        f"set d_model (embed_dim) to {found[2]}, or the embedding's size to {found[1]}",
    )


def _attention_mask(failure: Failure, found: re.Match[str]) -> Told:
    got, wanted = sizes(found[1]), sizes(found[2])
    return Told(
        f"{place(failure)} got a mask of {got} for {wanted[-1]} positions",
        "the mask must be (target length, source length) of the batch in hand",
        f"build it anew for each batch: size {wanted}, from x.size(1) with batch_first=True",
    )


def _embedding(failure: Failure, found: re.Match[str]) -> Told:
    size = failure.weight_shape or sizes(failure.options)[:2]
    rows, width = size if len(size) == 2 else (0, 0)
    known = f" has rows 0 to {rows - 1} and" if rows else ""
    return Told(
        f"{place(failure)}{known} was asked for an index outside of them",
        "an index is as large as the table, or negative: the vocabulary was counted too small"
        " (without padding and unknown words), ids start at 1, or the sequence is longer than the"
        " table of positions",
        f"nn.Embedding({rows}, {width}) -> nn.Embedding(int(ids.max()) + 1, {width}), or clip the"
        " ids"
        if rows
        else "nn.Embedding(int(ids.max()) + 1, …), or clip the ids",
    )


def _embedding_dtype(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"{place(failure)} wants whole numbers and got {found[1]}",
        "an embedding looks rows up by their index; numbers with a fraction are no index",
        "x = x.long() where x holds ids; nn.Linear in its place where x holds measurements",
    )


CASES = (
    Case(27, _SIZE, _flat_series),
    Case(27, _SIZE, _series_axes),
    Case(31, _SIZE, _series_size),
    Case(
        31,
        r"inconsistent input_size: got (?P<b>\d+) expected (?P<a>\d+)",
        fixed(
            "the cell wants {1} features and got {0}",
            "input_size must be the number of features of a step",
            "set input_size to {0}",
        ),
    ),
    Case(9, _HIDDEN, _hidden_axes),
    Case(31, _HIDDEN, _hidden),
    Case(
        31,
        r"Input batch size (\d+) doesn't match hidden\d batch size (\d+)",
        fixed(
            "the batch has {0} rows, the state of the cell {1}",
            "the state was made for a batch of another size",
            "make it from the batch in hand: torch.zeros(x.size(0), hidden_size)",
        ),
    ),
    Case(
        31,
        r"For (?:un)?batched (\d-D) input, hx should also be \d-D but got (\d-D)",
        fixed(
            "the input of the recurrent layer is {0}, the state {1}",
            "the state wants the axes (layers, batch, hidden_size)",
            "torch.zeros(num_layers, x.size(0), hidden_size), or pass none",
        ),
    ),
    Case(
        27,
        r"(\w+): Expected input to be 2D or 3D, got (\d)D",
        fixed(
            "the {0} got an input of {1} axes",
            "a recurrent layer reads (batch, time, features)",
            "x = x.flatten(2) for images read row by row; x.view(batch, time, features) otherwise",
        ),
    ),
    Case(
        31,
        r"`lengths` array must be sorted in decreasing order",
        fixed(
            "the lengths of the packed series are not sorted",
            "packing wants the longest series first, unless told otherwise",
            "pack_padded_sequence(…, enforce_sorted=False)",
        ),
    ),
    Case(
        31,
        r"Length of all samples has to be greater than 0",
        fixed(
            "a series of length 0 was packed",
            "an empty text or series is in the batch",
            "drop the empty ones, or lengths.clamp(min=1)",
        ),
    ),
    Case(9, r"Expected key_padded_mask\.shape\[0\] to be (\d+), but got (\d+)", _mask_axes),
    Case(9, r"the batch number of src and tgt must be equal", _source_and_target),
    Case(31, r"expecting embedding dimension of (\d+), but got (\d+)", _embed_dim),
    Case(
        31,
        r"feature number of src and tgt must be equal to d_model",
        fixed(
            "source or target do not have d_model features",
            "the size of the embedding and d_model must be the same",
            "set d_model to the size of the embedding",
        ),
    ),
    Case(
        31,
        r"embed_dim must be divisible by num_heads",
        fixed(
            "the number of heads does not divide the features",
            "every head gets an equal share of the features",
            "choose nhead so that d_model % nhead == 0",
        ),
    ),
    Case(31, r"2D attn_mask is torch\.Size\((.*?)\), but should be (\(.*?\))", _attention_mask),
    Case(31, r"IndexError: index out of range in self", _embedding),
    Case(31, r"takes value (\d+) which is not in the valid range", _embedding),
    Case(
        31, r"'indices' to have one of .* but got torch\.(?:cuda\.)?(\w+)Tensor", _embedding_dtype
    ),
)
