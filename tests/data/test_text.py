"""Text becomes the same features whoever reads it, learnt from the training rows alone."""

import numpy as np
import polars as pl
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from justright.data import text_embedding
from justright.data.text_column import TextPlan, lay_texts
from justright.data.text_ngrams import hashed, learn_ngrams
from justright.errors import DataError

TEXTS = pl.Series(
    "t", ["a good, good dog!!!", "A bad dog", None, "", "the dog is good", "字" * 9, "good bad"]
)


def written(column, cells):
    out = np.zeros((len(cells), len(column.features)), dtype=np.float32)
    column.write(cells, out)
    return out


def test_weights_are_those_of_tf_idf():
    cells = TEXTS.drop_nulls()
    ngrams = learn_ngrams(hashed(cells, "words"), 100)
    out = np.zeros((len(cells), len(ngrams.buckets)), dtype=np.float32)
    ngrams.write(hashed(cells, "words"), out)
    theirs = TfidfVectorizer(token_pattern=r"\w+|[^\w\s]+", min_df=2, use_idf=False, norm=None)
    counts = theirs.fit_transform(cells.to_list()).toarray()
    weights = np.log1p(counts) * (np.log((1 + len(cells)) / (1 + (counts > 0).sum(0))) + 1)
    norm = np.linalg.norm(weights, axis=1, keepdims=True)
    expected = weights / np.where(norm > 0, norm, 1) * np.sqrt(weights.shape[1])
    assert out.shape == expected.shape
    # The order of features differs: all inner products of rows say that they are the same.
    assert out @ out.T == pytest.approx(expected @ expected.T, abs=1e-5)


def test_columns_share_the_features_and_name_them():
    first, second = lay_texts([TEXTS, TEXTS.drop_nulls().alias("u")], TextPlan(n_features=7))
    assert first.features == ("t is missing", "t #1", "t #2", "t #3")
    assert second.features == ("u #1", "u #2", "u #3")


def test_reading_once_is_reading_each_time():
    (column,) = lay_texts([TEXTS], TextPlan(n_features=7))
    digest = column.digest(TEXTS)
    assert column.digest(digest) is digest
    learnt = column.learn(digest[:5])
    assert learnt == column.learn(TEXTS[:5])
    assert np.array_equal(written(learnt, digest), written(learnt, TEXTS))


def test_text_without_spaces_is_read_by_characters():
    cells = pl.Series(
        "t",
        [
            "天气很好我们去公园散步然后一起吃晚饭回家睡觉",
            "今天天气很坏我们在家里看书然后一起吃午饭听音乐",
        ],
    )
    (column,) = lay_texts([cells], TextPlan(n_features=20))
    assert column.unit == "characters"
    assert (written(column.learn(cells), cells) > 0).sum() > 10


def test_a_missing_model_is_named_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr(text_embedding, "PACKAGE", "no-such-package-for-text")
    text_embedding.embedder.cache_clear()
    with pytest.raises(DataError, match="no sentence-embedding model") as error:
        text_embedding.embedded(TEXTS)
    assert "pip install 'justright[text]'" in error.value.try_


needs_model = pytest.mark.skipif(
    not text_embedding.is_installed(), reason="the extra justright[text] is not installed"
)


@needs_model
def test_embeddings_are_those_that_the_model_is_published_with():
    texts = ["That is a happy person", "That is a happy dog", "That is a very happy person"]
    vectors = text_embedding.embedder().embed([*texts, "Today is a sunny day"])
    # Similarities on the page of sentence-transformers/all-MiniLM-L6-v2.
    assert vectors[1:] @ vectors[0] == pytest.approx([0.695, 0.943, 0.257], abs=1e-3)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


@needs_model
def test_an_embedding_does_not_depend_on_its_neighbours(monkeypatch):
    model, told = text_embedding.embedder(), []
    monkeypatch.setattr(model, "_seen", {})
    texts = ["short", "a much longer text " * 20, "", "short"]
    together = model.embed(texts, lambda done, of: told.append((done, of)))
    assert told[-1] == (3, 3)
    monkeypatch.setattr(model, "_seen", {})
    alone = np.concatenate([model.embed([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-5)
    assert model.embed([], told.append).shape == (0, 384)


@needs_model
def test_an_embedded_column_has_its_indicator():
    (column,) = lay_texts([TEXTS], TextPlan(way="embedding"))
    out = written(column.learn(TEXTS), TEXTS)
    assert out[:, 0].tolist() == TEXTS.is_null().cast(int).to_list()
    assert (out[2, 1:] == 0).all()
    assert np.square(out[0, 1:]).mean() == pytest.approx(1, abs=1e-5)
