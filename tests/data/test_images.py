"""Images come as arrays and leave as numbers around 0."""

import numpy as np
import polars as pl
import pytest
from PIL import Image

from justright.data.encode import fit
from justright.data.image_scale import fit_images
from justright.data.images import MAX_SIDE, bounded, resized
from justright.data.profile import measure
from justright.data.read import read
from justright.data.schema import conform, prepare, read_like
from justright.data.split import split_test, views
from justright.data.table import fingerprint
from justright.errors import DataError, ModelError

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (40, 6, 5), dtype=np.uint8)
WORDS = np.array(["cat", "dog"] * 20)


def actions(table):
    return [entry.action for entry in table.log]


# ---- arrays


ARRAYS = {
    "grey": (GREY, (1, 6, 5), pl.UInt8),
    "grey, channel first": (GREY[:, None], (1, 6, 5), pl.UInt8),
    "colour": (np.zeros((40, 3, 6, 5), np.uint8), (3, 6, 5), pl.UInt8),
    "small whole numbers": (GREY.astype(np.int64), (1, 6, 5), pl.UInt8),
    "large whole numbers": (GREY.astype(np.int64) * 100, (1, 6, 5), pl.Float32),
    "below zero": (GREY.astype(np.int16) - 128, (1, 6, 5), pl.Float32),
    "floats": (GREY / 255, (1, 6, 5), pl.Float32),
    "booleans": (GREY > 9, (1, 6, 5), pl.UInt8),
    "thirteen bands": (np.zeros((40, 13, 6, 8), np.uint8), (13, 6, 8), pl.UInt8),
}


@pytest.mark.parametrize(("array", "shape", "pixel"), ARRAYS.values(), ids=ARRAYS)
def test_an_array_becomes_one_column(array, shape, pixel):
    table = read((array, WORDS))
    assert table.frame.columns == ["image", "label"]
    assert table.frame["image"].dtype == pl.Array(pixel, shape)
    assert np.array_equal(table.frame["image"].to_numpy().reshape(array.shape), array) or (
        pixel == pl.Float32 and np.allclose(table.frame["image"].to_numpy().ravel(), array.ravel())
    )


def test_images_in_a_dict_or_a_frame_keep_their_name():
    assert prepare(read({"digit": GREY, "y": WORDS}), "y").schema.inputs[0].name == "digit"
    frame = pl.DataFrame({"digit": GREY, "y": WORDS})
    assert prepare(read(frame), "y").schema.image == (1, 6, 5)


def test_an_array_with_large_sides_is_brought_down():
    table = read(np.zeros((3, 1, 200, 100), np.uint8))
    assert table.frame["image"].dtype.shape == (1, MAX_SIDE, MAX_SIDE // 2)
    assert actions(table) == ["brought images from 200 × 100 to 64 × 32 pixels"]
    assert read(np.zeros((3, 1, 200, 100)), image=300).frame["image"].dtype.shape == (1, 200, 100)


UNUSABLE = {
    "channels last": (np.zeros((40, 6, 5, 3)), "channels seem to be last", "(0, 3, 1, 2)"),
    "words": (np.full((40, 6, 5), "a"), "hold <U1, not numbers", "np.asarray"),
    "no pixels": (np.zeros((40, 0, 5)), "have no pixels", "images.shape"),
    "missing": (
        np.where(np.arange(40)[:, None, None] % 20 == 7, np.nan, GREY),
        "2 of 40 images 'image' hold pixels that are missing or infinite (first: image 7)",
        "nan_to_num",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("array", "seen", "try_"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_array_that_cannot_be_used(array, seen, try_):
    with pytest.raises(DataError) as caught:
        read((array, WORDS))
    assert seen in caught.value.seen
    assert try_ in caught.value.try_


def test_labels_apart_must_be_as_many_as_images():
    with pytest.raises(DataError, match=r"39 labels for 40 rows"):
        read((GREY, WORDS[1:]))
    with pytest.raises(DataError, match="has a column 'label' already"):
        read(({"label": [1, 2]}, [1, 2]))


def test_labels_apart_go_with_a_table_too():
    assert read((np.zeros((3, 2)), ["a", "b", "c"])).frame.columns == ["x0", "x1", "label"]


def test_the_fingerprint_tells_a_pixel():
    other = GREY.copy()
    other[3, 2, 1] ^= 1
    assert fingerprint(read(GREY).frame) != fingerprint(read(other).frame)
    assert fingerprint(read(GREY).frame) == fingerprint(read(GREY.copy()).frame)


# ---- resizing


@pytest.mark.parametrize("size", [(4, 4), (3, 7), (20, 16), (8, 10), (1, 1)])
def test_resizing_is_pillows_bilinear(size):
    image = RNG.integers(0, 256, (8, 10), dtype=np.uint8)
    ours = resized(image[None, None], *size)[0, 0].astype(int)
    theirs = Image.fromarray(image).resize(size[::-1], Image.Resampling.BILINEAR)
    assert np.abs(ours - np.asarray(theirs)).max() <= 1  # Pillow rounds after each direction


def test_resizing_keeps_floats_and_flat_images():
    flat = np.full((2, 3, 9, 9), 0.25, np.float32)
    small = resized(flat, 4, 5)
    assert small.dtype == np.float32
    assert small == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("size", "expected"), [((64, 64), (64, 64)), ((480, 640), (48, 64)), ((1000, 3), (64, 1))]
)
def test_bounded(size, expected):
    assert bounded(*size, 64) == expected


# ---- understood


def test_what_is_found_out_about_the_column():
    column = prepare(read((GREY, WORDS)), "label").schema.columns[0]
    assert (column.kind, column.role, column.shape) == ("image", "input", (1, 6, 5))
    assert (column.low, column.high) == (GREY.min(), GREY.max())
    assert column.n_unique == 40


def test_groups_and_equal_images_stay_on_one_side():
    twins = np.repeat(GREY[:20], 2, axis=0)
    labels = np.repeat(WORDS[:20], 2)
    development, test = split_test(prepare(read((twins, labels)), "label"), seed=0)
    assert not {n // 2 for n in development} & {n // 2 for n in test}
    frame = {"image": GREY, "label": WORDS, "who": [f"p{i // 4}" for i in range(40)]}
    grouped = prepare(read(frame), "label", group="who")
    development, test = split_test(grouped, seed=0)
    assert not {n // 4 for n in development} & {n // 4 for n in test}


REFUSED = {
    "the target is images": (lambda: prepare(read((GREY, WORDS)), "image"), "named as the target"),
    "two columns of images": (
        lambda: prepare(read({"a": GREY, "b": GREY, "y": WORDS}), "y"),
        "2 columns hold images: 'a', 'b'",
    ),
    "the same image in every row": (
        lambda: prepare(read((np.zeros((40, 6, 5)), WORDS)), "label"),
        "constant: every row holds the same image",
    ),
}


@pytest.mark.parametrize(("call", "seen"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(call, seen):
    with pytest.raises(DataError) as caught:
        call()
    assert seen in caught.value.seen


def test_a_second_column_of_images_can_be_dropped():
    schema = prepare(read({"a": GREY, "b": GREY, "y": WORDS}), "y", drop=["b"]).schema
    assert [column.name for column in schema.inputs] == ["a"]


def test_the_profile_has_the_size_of_the_images():
    colour = RNG.integers(0, 256, (40, 3, 6, 5), dtype=np.uint8)
    prepared = prepare(read((colour, WORDS)), "label")
    profile = measure(prepared, np.arange(40), budget_s=60)
    assert (profile.channels, profile.height, profile.width) == (3, 6, 5)
    assert (profile.n_inputs, profile.n_numeric, profile.n_classes) == (90, 0, 2)


# ---- encoded


def test_each_channel_is_scaled_by_the_rows_it_was_learnt_from():
    colour = RNG.integers(0, 256, (40, 3, 6, 5), dtype=np.uint8)
    prepared = prepare(read((colour, WORDS)), "label")
    view = views(
        prepared, np.arange(40), evaluation="k-fold", split="random", folds=4, seed=0
    )[0]  # fmt: skip
    encoder = fit(prepared.frame[view.train], prepared.schema, scaler="standard")
    x = encoder.transform(prepared.frame)
    assert (x.shape, encoder.layout.n_columns, encoder.layout.image) == ((40, 90), 90, (3, 6, 5))
    channels = x[view.train].reshape(-1, 3, 30)
    assert channels.mean((0, 2)) == pytest.approx(0, abs=1e-5)
    assert channels.std((0, 2)) == pytest.approx(1, abs=1e-5)
    train = colour[view.train].astype(np.float64)
    expected = (colour - train.mean((0, 2, 3), keepdims=True)) / train.std((0, 2, 3), keepdims=True)
    assert x.reshape(colour.shape) == pytest.approx(expected, abs=1e-5)


def test_a_channel_of_one_value_and_one_far_from_zero():
    pixels = np.stack([np.full((9, 2, 2), 1e6), 1e6 + RNG.random((9, 2, 2))], axis=1)
    scale = fit_images(pl.Series("image", pixels.astype(np.float32)))
    assert scale.spread[0] == 1.0
    stored = pixels[:, 1].astype(np.float32).astype(np.float64)
    assert scale.spread[1] == pytest.approx(stored.std(), rel=1e-9)


# ---- predicted


SCHEMA = prepare(read((GREY, WORDS)), "label").schema
UNLIKE = {
    "no images": ({"image": ["a", "b"]}, "holds no images in 2 rows", "same column"),
    "pixels from 0 to 1": (GREY / 255, "the largest pixel", "images * 255"),
    "a gap": (
        pl.DataFrame({"image": GREY}).with_columns(
            pl.when(pl.int_range(pl.len()) != 3).then("image").alias("image")
        ),
        "1 of 40 images of 'image' are missing or cannot be read (first: row 4)",
        "leave out row 4",
    ),
}


@pytest.mark.parametrize(("data", "seen", "try_"), UNLIKE.values(), ids=UNLIKE)
def test_images_unlike_those_of_training(data, seen, try_):
    with pytest.raises(ModelError) as caught:
        conform(read_like(data, SCHEMA), SCHEMA)
    assert seen in caught.value.seen
    assert try_ in caught.value.try_


def test_colour_arrays_do_not_fit_grey_training():
    with pytest.raises(DataError, match=r"3 channels\n  needed: 1 channels, as in training"):
        read_like(np.zeros((2, 3, 6, 5), np.uint8), SCHEMA)


def test_a_dark_image_of_the_same_kind_is_none_of_another_scale():
    dark = np.zeros((2, 6, 5), np.uint8)
    assert conform(read_like(dark, SCHEMA), SCHEMA).frame.height == 2
