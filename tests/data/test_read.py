"""Files of every form are read alike; what cannot be read says why."""

import gzip
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from justright.data.read import read
from justright.data.table import fingerprint
from justright.data.write import write
from justright.errors import DataError

NAMES = "name;preis\nMüller;3,5\nZoë;1.234,25\n"
FORMS = {
    "comma": ("a.csv", b"a,b\n1,x\n2,y\n", [(1, "x"), (2, "y")]),
    "semicolon": ("a.csv", b"a;b\n1;x,z\n2;y\n", [(1, "x,z"), (2, "y")]),
    "tab": ("a.tsv", b"a\tb\n1\tx\n2\ty\n", [(1, "x"), (2, "y")]),
    "bar": ("a.txt", b"a|b\n1|x\n2|y\n", [(1, "x"), (2, "y")]),
    "decimal comma": ("a.csv", b"a;b\n1,5;x\n2,25;y\n", [(1.5, "x"), (2.25, "y")]),
    "decimal point after semicolon": ("a.csv", b"a;b\n1.5;x\n2;y\n", [(1.5, "x"), (2.0, "y")]),
    "one column": ("a.csv", b"a\n1\n2\n", [(1,), (2,)]),
    "windows line ends": ("a.csv", b"a,b\r\n1,x\r\n2,y\r\n", [(1, "x"), (2, "y")]),
    "old mac line ends": ("a.csv", b"a,b\r1,x\r2,y\r", [(1, "x"), (2, "y")]),
    "quoted delimiter": ("a.csv", b'a,b\n1,"x,y"\n2,z\n', [(1, "x,y"), (2, "z")]),
    "quoted line end": ("a.csv", b'a,b\n1,"x\ny"\n2,z\n', [(1, "x\ny"), (2, "z")]),
    "open quote": ("a.csv", b'a,b\n1,x\n2,"y\n', [(1, "x"), (2, '"y')]),
    "blank lines": ("a.csv", b"a,b\n1,x\n\n2,y\n\n", [(1, "x"), (2, "y")]),
    "short rows": ("a.csv", b"a,b\n1\n2,y\n", [(1, None), (2, "y")]),
    "gzip": ("a.csv.gz", gzip.compress(b"a,b\n1,x\n"), [(1, "x")]),
    "gzip tab": ("a.tsv.gz", gzip.compress(b"a\tb\n1\tx\n"), [(1, "x")]),
    "json lines": ("a.jsonl", b'{"a": 1}\n{"a": null}\n', [(1,), (None,)]),
    "json array": ("a.json", b'[{"a": 1}, {"a": 2}]', [(1,), (2,)]),
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252")


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("name", "content", "rows"), FORMS.values(), ids=FORMS)
def test_form_is_found(tmp_path, name, content, rows):
    assert read(put(tmp_path, name, content)).frame.rows() == rows


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoding_is_found(tmp_path, encoding):
    table = read(put(tmp_path, "a.csv", NAMES.encode(encoding)))
    assert table.frame["name"].to_list() == ["Müller", "Zoë"]
    assert "semicolon, decimal mark comma" in table.log[0].action


def test_cyrillic_is_found(tmp_path):
    text = "имя,город\n" + "Иван,Москва\nПётр,Казань\n" * 5
    assert read(put(tmp_path, "a.csv", text.encode("cp1251"))).frame["город"][1] == "Казань"


def test_odd_byte_far_down_is_no_obstacle(tmp_path):
    content = b"a,b\n" + b"abcdefghi,2.5\n" * 100_000 + "é,3\n".encode("latin-1")
    assert read(put(tmp_path, "a.csv", content)).frame["a"][-1] == "é"


def test_word_far_down_makes_only_its_column_text(tmp_path):
    table = read(put(tmp_path, "a.csv", b"a,b,c\n" + b"1,2.5,3\n" * 20_000 + b"x,3,4\n"))
    assert table.frame.dtypes == [pl.String, pl.Float64, pl.Int64]
    assert table.frame.row(-1) == ("x", 3.0, 4)


def test_long_cells_are_read(tmp_path):
    content = b"a,b\n" + (b"x" * 200_000 + b",1\n") * 12
    assert (
        read(put(tmp_path, "a.csv", content)).frame["a"].str.len_bytes().to_list() == [200_000] * 12
    )


def test_blank_name_gets_a_number(tmp_path):
    table = read(put(tmp_path, "a.csv", b",b\n1,2\n"))
    assert table.frame.columns == ["column_1", "b"]
    assert "named 1 columns" in table.log[1].action


def test_numbers_for_names_are_pointed_out(tmp_path):
    assert (
        "does the first line hold names?"
        in read(put(tmp_path, "a.csv", b"1,2\n3,4\n")).log[0].reason
    )


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet", ".arrow", ".feather", ".jsonl"])
def test_what_is_written_is_read(tmp_path, ending):
    frame = pl.DataFrame({"a": [1.5, None, -2.0], "b": ["x", "ü,;\t", None]})
    write(frame, tmp_path / f"t{ending}")
    assert read(tmp_path / f"t{ending}").frame.equals(frame)
    assert [path.name for path in tmp_path.iterdir()] == [f"t{ending}"]


def test_failed_writing_leaves_the_old_file(tmp_path, monkeypatch):
    path = put(tmp_path, "t.csv", b"old\n")

    def break_off(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("justright.data.write._write", break_off)
    with pytest.raises(DataError, match="cannot be written: No space left on device"):
        write(pl.DataFrame({"a": [1]}), path)
    assert path.read_bytes() == b"old\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_unknown_ending_is_not_written(tmp_path):
    with pytest.raises(
        DataError, match=r"'t.xlsx' has the ending '.xlsx', which cannot be written"
    ):
        write(pl.DataFrame({"a": [1]}), tmp_path / "t.xlsx")


WIDE = ",".join(f"c{n}" for n in range(10_000)).encode()
REFUSED = {
    "empty": ("a.csv", b"", "'a.csv' is empty (0 bytes)"),
    "white space": ("a.csv", b"\n \n", "holds only white space"),
    "header only": ("a.csv", b"a,b\n", "'a.csv' has 0 rows below its 2 column names (first: 'a')"),
    "png": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), "those of a PNG picture"),
    "pickle": ("a.csv", pickle.dumps({"a": 1}), "those of a Python pickle"),
    "spreadsheet": ("a.csv", b"PK\x03\x04" + bytes(50), "a spreadsheet (.xlsx, .ods)"),
    "zero bytes": (
        "a.csv",
        b"a,b\n1,2\n" + bytes(7),
        "7 zero bytes in the first 15 (first: byte 8",
    ),
    "control bytes": ("a.csv", b"\x01\x02\x03\x04abc", "4 control bytes in the first 7 bytes"),
    "junk parquet": ("a.parquet", b"hello", "'a.parquet' cannot be read as Parquet"),
    "junk arrow": ("a.arrow", b"hello", "'a.arrow' cannot be read as Arrow"),
    "junk json lines": ("a.jsonl", b"hello", "'a.jsonl' cannot be read as JSON lines"),
    "unknown ending": ("a.xlsx", b"PK", "'a.xlsx' has the ending '.xlsx', which is not known"),
    "name twice": (
        "a.csv",
        b"a,b,a\n1,2,3\n",
        "1 column names more than once (first: 'a', columns 1, 3",
    ),
    "10,000 columns": ("a.csv", WIDE + b"\n" + WIDE, "10,000 columns (first: 'c0')"),
    "long row": ("a.csv", b"a,b\n1,2\n1,2,3\n", "1 rows of 'a.csv' have more cells than the 2"),
    "cut gzip": ("a.csv.gz", gzip.compress(b"a,b\n" * 9999)[:40], "'a.csv.gz' cannot be read"[1:]),
    "no gzip": ("a.csv.gz", b"a,b\n1,2\n", "Not a gzipped file"),
}


@pytest.mark.parametrize(("name", "content", "says"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path, name, content, says):
    with pytest.raises(DataError) as caught:
        read(put(tmp_path, name, content))
    assert says in str(caught.value)
    assert caught.value.needed and caught.value.try_


def test_parquet_without_rows_is_refused(tmp_path):
    pl.DataFrame({"a": []}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="has 1 columns and 0 rows"):
        read(tmp_path / "a.parquet")


def test_missing_file_names_near_ones(tmp_path):
    put(tmp_path, "prices.csv", b"a\n1\n")
    with pytest.raises(DataError, match=r"near names there: 'prices.csv'") as caught:
        read(tmp_path / "price.csv")
    assert caught.value.try_ == str(tmp_path / "prices.csv")


def test_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        read(tmp_path)


def test_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = put(tmp_path, "a.csv", b"a\n1\n")

    def locked(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(DataError, match="may not be read") as caught:
        read(path)
    assert "chmod u+r" in caught.value.try_


MEMORY = {
    "polars": pl.DataFrame({"a": [1, 2], "b": ["x", None]}),
    "lazy": pl.LazyFrame({"a": [1, 2], "b": ["x", None]}),
    "pandas": pd.DataFrame({"a": [1, 2], "b": ["x", None]}, index=[7, 9]),
    "pyarrow": pa.table({"a": [1, 2], "b": ["x", None]}),
    "dict": {"a": np.array([1, 2]), "b": ["x", None]},
    "structured": np.array([(1, "x"), (2, None)], dtype=[("a", "i4"), ("b", object)]),
}


@pytest.mark.parametrize("source", MEMORY.values(), ids=MEMORY)
def test_memory_is_taken_over(source):
    assert read(source).frame.to_dict(as_series=False) == {"a": [1, 2], "b": ["x", None]}


def test_array_columns_are_numbered():
    assert read(np.array([[1.0, 2.0]])).frame.to_dict(as_series=False) == {"x0": [1], "x1": [2]}


def test_mixed_pandas_cells_become_text():
    frame = pd.DataFrame({0: [1, "b", None], "when": pd.to_datetime(["2020-01-01", None, None])})
    table = read(frame).frame
    assert table["0"].to_list() == ["1", "b", None]
    assert table["when"].null_count() == 2


def test_pandas_name_twice_is_refused():
    with pytest.raises(DataError, match=r"more than once \(first: 'a', columns 1, 2\)"):
        read(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_columns_of_different_length_are_refused():
    with pytest.raises(DataError, match=r"2 different lengths \(first: 'a' 2, 'b' 1\)"):
        read({"a": [1, 2], "b": [1]})


@pytest.mark.parametrize("source", [[1, 2], 3, np.zeros(3)])
def test_other_types_are_a_programmers_mistake(source):
    with pytest.raises(TypeError, match="need"):
        read(source)


def test_fingerprint_sees_every_cell():
    frame = pl.DataFrame({"a": [1, 2, None], "b": ["x", "y", "z"]})
    same = fingerprint(frame.clone())
    assert fingerprint(frame) == same
    assert fingerprint(frame.with_columns(a=pl.Series([1, 2, 0]))) != same
    assert fingerprint(frame.with_columns(b=pl.Series(["x", "y", "Z"]))) != same
