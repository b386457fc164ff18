"""Image files: a folder for each class, or paths in a table."""

import sys

import numpy as np
import polars as pl
import pytest
from PIL import Image

from justright.data.read import read
from justright.data.schema import conform, prepare, read_like
from justright.errors import DataError

RNG = np.random.default_rng(0)


def put(path, shape=(8, 10, 3), mode=None, **options):
    """Write an image of noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(RNG.integers(0, 256, shape, dtype=np.uint8))
    (image if mode is None else image.convert(mode)).save(path, **options)
    return path


def folder_of(tmp_path, n=6, **options):
    for name in ("cat", "dog"):
        for i in range(n):
            put(tmp_path / name / f"{i:03}.png", **options)
    return tmp_path


def actions(table):
    return [entry.action for entry in table.log]


# ---- folders


def test_a_folder_for_each_class(tmp_path):
    table = read(folder_of(tmp_path))
    assert table.frame.columns == ["image", "path", "label"]
    assert table.frame["image"].dtype == pl.Array(pl.UInt8, (3, 8, 10))
    assert table.frame["path"][0] == "cat/000.png"
    assert table.frame["label"].to_list() == ["cat"] * 6 + ["dog"] * 6
    with Image.open(tmp_path / "dog" / "002.png") as image:
        expected = np.asarray(image).transpose(2, 0, 1)
    assert np.array_equal(table.frame["image"][8].to_numpy(), expected)


def test_folders_named_by_numbers_are_classes(tmp_path):
    for n in range(25):
        for i in range(3):
            put(tmp_path / str(n) / f"{i}.png", shape=(4, 4))
    assert prepare(read(tmp_path), "label").schema.task.kind == "multiclass"


def test_images_without_a_class_have_no_labels(tmp_path):
    put(tmp_path / "b.png")
    put(tmp_path / "a.jpg")
    (tmp_path / "notes.txt").write_text("x")
    table = read(tmp_path)
    assert table.frame["path"].to_list() == ["a.jpg", "b.png"]
    assert "label" not in table.frame.columns
    with pytest.raises(DataError, match="there is no column 'label' for target"):
        prepare(table, "label")


MODES = {
    "grey": (["L"] * 12, 1),
    "black and white": (["1"] * 12, 1),
    "grey with transparency": (["LA"] * 12, 1),
    "colour with transparency": (["RGBA"] * 12, 3),
    "a palette": (["P"] * 12, 3),
    "one grey among colour": (["L"] + ["RGB"] * 11, 3),
}


@pytest.mark.parametrize(("modes", "channels"), MODES.values(), ids=MODES)
def test_channels(tmp_path, modes, channels):
    for i, mode in enumerate(modes):
        put(tmp_path / ("cat", "dog")[i % 2] / f"{i}.png", mode=mode)
    table = read(tmp_path)
    assert table.frame["image"].dtype.shape[0] == channels
    if modes[0] == "L" and modes[1] == "RGB":
        assert "turned into colour images" in actions(table)
        grey = table.frame["image"][0].to_numpy()
        assert np.array_equal(grey[0], grey[1])


def test_sixteen_bits_become_eight(tmp_path):
    for i, name in enumerate(("cat", "dog")):
        (tmp_path / name).mkdir()
        deep = np.array([[0, 257, 65535], [32896, 256, 514]], dtype=np.uint16)
        Image.fromarray(deep).save(tmp_path / name / f"{i}.png")
    pixels = read(tmp_path).frame["image"][0].to_numpy()
    assert pixels.tolist() == [[[0, 1, 255], [128, 0, 2]]]


def test_a_turned_photograph_is_set_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    for name in ("cat", "dog"):
        put(tmp_path / name / "a.jpg", shape=(8, 16, 3), exif=exif)
    assert read(tmp_path).frame["image"].dtype.shape == (3, 16, 8)


def test_all_images_get_the_median_size_and_the_log_says_so(tmp_path):
    for i, side in enumerate((8, 10, 10, 10, 30)):
        put(tmp_path / ("cat", "dog")[i % 2] / f"{i}.png", shape=(side, 12, 3))
    table = read(tmp_path)
    assert table.frame["image"].dtype.shape == (3, 10, 12)
    entry = next(e for e in table.log if e.action == "brought to 10 × 12 pixels")
    assert entry.count == 2
    assert "from 8 × 12 to 30 × 12" in entry.reason


def test_a_few_unreadable_files_are_left_out_and_named(tmp_path):
    folder_of(tmp_path, n=15)
    (tmp_path / "dog" / "bad.png").write_bytes(b"no image")
    prepared = prepare(read(tmp_path), "label")
    assert prepared.frame.height == 30
    said = {entry.action: entry for entry in prepared.log}
    assert "bad.png" in said["set images to missing"].reason
    assert said["removed rows"].count == 1


def test_a_file_cut_short_is_unreadable(tmp_path):
    path = put(folder_of(tmp_path, n=15) / "dog" / "cut.png", shape=(60, 60, 3))
    path.write_bytes(path.read_bytes()[:2000])
    table = read(tmp_path)
    assert table.frame["image"].null_count() == 1
    assert table.frame.filter(pl.col("image").is_null())["path"].item() == "dog/cut.png"


def test_many_unreadable_files_are_an_error(tmp_path):
    folder_of(tmp_path)
    for i in range(3):
        (tmp_path / "dog" / f"bad{i}.png").write_bytes(b"no image")
    with pytest.raises(
        DataError, match=r"3 of 15 images of 'image' cannot be read \(first: .*bad0"
    ):
        read(tmp_path)


def test_folders_that_are_not_a_class_each(tmp_path):
    for split in ("train", "test"):
        folder_of(tmp_path / split)
    for _ in range(2):
        with pytest.raises(
            DataError, match=r"two folders deep \(first: 'test/cat/000.png'\)"
        ) as caught:
            read(tmp_path)
        assert caught.value.try_ == str(tmp_path / "test")
        put(tmp_path / "train" / "loose.png")


def test_images_beside_the_folders_of_classes(tmp_path):
    put(folder_of(tmp_path) / "loose.png")
    with pytest.raises(DataError, match=r"1 images lie right in .* beside 2 folders of classes"):
        read(tmp_path)


def test_one_class_is_refused(tmp_path):
    for i in range(12):
        put(tmp_path / "cat" / f"{i}.png")
    with pytest.raises(DataError, match="'label'"):
        prepare(read(tmp_path), "label")


@pytest.mark.parametrize("inside", [(), ("a.csv",)])
def test_a_folder_without_images_is_still_a_folder(tmp_path, inside):
    for name in inside:
        (tmp_path / name).write_text("a\n1\n")
    with pytest.raises(DataError, match="is a folder"):
        read(tmp_path)


def test_without_pillow_the_error_has_the_line_to_paste(tmp_path, monkeypatch):
    folder_of(tmp_path)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(DataError, match=r"pip install 'justright\[images\]'"):
        read(tmp_path)


# ---- a table with a column of paths


def table_of_paths(tmp_path, names, **columns):
    path = tmp_path / "rows.csv"
    pl.DataFrame({"file": names, **columns}).write_csv(path)
    return path


def test_a_column_of_paths_counts_from_the_table(tmp_path):
    folder_of(tmp_path)
    names = [f"{c}/{i:03}.png" for c in ("cat", "dog") for i in range(6)]
    path = table_of_paths(tmp_path, names, age=range(12), kg=[i * 0.5 for i in range(12)])
    prepared = prepare(read(path), "kg")
    assert prepared.schema.image == (3, 8, 10)
    assert [column.name for column in prepared.schema.inputs] == ["file"]
    age = next(column for column in prepared.schema.columns if column.name == "age")
    assert age.role == "excluded"


def test_paths_of_no_file_stay_words(tmp_path):
    path = table_of_paths(tmp_path, [f"{i}.png" for i in range(12)], y=range(12))
    assert read(path).frame["file"].dtype == pl.String


def test_missing_files_are_unreadable(tmp_path):
    folder_of(tmp_path, n=30)
    names = [f"{c}/{i:03}.png" for c in ("cat", "dog") for i in range(30)]
    path = table_of_paths(tmp_path, [*names[:-1], None], y=range(60))
    assert read(path).frame["file"].null_count() == 1


def test_new_images_are_brought_to_the_shape_of_training(tmp_path):
    schema = prepare(read(folder_of(tmp_path / "old", n=6)), "label").schema
    put(tmp_path / "new" / "a.png", shape=(20, 30))
    frame = conform(read_like(tmp_path / "new", schema), schema).frame
    assert frame["image"].dtype == pl.Array(pl.UInt8, (3, 8, 10))
