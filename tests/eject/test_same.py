"""What a script does is what a fit does: rows, encoding, network, metric, schedule."""

import dataclasses
import types

import numpy as np
import pytest
import torch
from polars.testing import assert_frame_equal

from justright.data.encode import fit as fit_encoder
from justright.designer.levers import lever
from justright.designer.named import design_names
from justright.eject.script import to_code
from justright.nets.family import parameter_slots
from justright.nets.slots import total
from justright.recipes.design import design
from justright.recipes.encoded import encode
from justright.recipes.ground import lay_ground
from justright.recipes.metrics import METRICS, names
from justright.recipes.network import spec_of
from justright.recipes.wish import Wish
from justright.train.schedules import pace
from tests.eject.conftest import BRIEF, changed
from tests.eject.tables import TASKS, asked

UNGROUPED = [task for task in TASKS if task != "ranking"]


def module(text: str) -> types.SimpleNamespace:
    """The names of a script, which is not run as one."""
    space: dict[str, object] = {"__name__": "script"}
    exec(compile(text, "script", "exec"), space)
    return types.SimpleNamespace(**space)


def ground_of(data, task, **overrides):
    words = asked(task)
    goal = words.pop("target")
    words["target"] = goal if isinstance(goal, str) else tuple(goal)
    words["drop"] = tuple(words["drop"])
    return lay_ground(Wish(data=data, overrides=BRIEF | overrides, **words))


@pytest.mark.parametrize("task", UNGROUPED)
def test_the_test_rows_and_their_cells_are_the_same(planned, data, task):
    ground, script = ground_of(data, task), module(planned(task).to_code())
    frame = script.understood(script.read(data))
    held = script.held_out(frame, script.TEST_SHARE)
    assert np.flatnonzero(held).tolist() == ground.test.tolist()
    assert frame.equals(ground.prepared.frame.select(frame.columns))


@pytest.mark.parametrize("evaluation", ["hold-out", "k-fold"])
def test_the_folds_are_the_same(planned, data, evaluation):
    folds = 1 if evaluation == "hold-out" else 3
    ground = ground_of(data, "multiclass", evaluation=evaluation, folds=folds)
    script = module(
        to_code(changed(planned("multiclass")._source, evaluation=evaluation, folds=folds))
    )
    frame = script.understood(script.read(data))
    parts = script.parted(frame.filter(~script.held_out(frame, script.TEST_SHARE)))
    encoded = encode(ground, 0)
    for view, (train, held) in zip(encoded.full_views, parts, strict=True):
        shift = view.fold * encoded.n_rows
        assert (view.train - shift).tolist() == train.tolist()
        assert (view.validation - shift).tolist() == held.tolist()


@pytest.mark.parametrize("scaler", lever("scaler").words)
def test_numbers_dates_and_categories_are_encoded_alike(planned, data, scaler):
    ground = ground_of(data, "binary")
    source = changed(planned("binary")._source, scaler=scaler)
    columns = tuple(
        dataclasses.replace(c, role="excluded") if c.kind == "text" else c for c in source.columns
    )
    schema = dataclasses.replace(ground.schema, columns=columns)
    frame = ground.prepared.frame
    encoder = fit_encoder(frame, schema, scaler=scaler)
    source = dataclasses.replace(source, columns=columns, layout=encoder.layout)
    script = module(to_code(source))
    own = script.Encoder(frame)(frame).numpy()
    np.testing.assert_allclose(own, encoder.transform(frame), atol=2e-5)


@pytest.mark.parametrize("name", design_names())
def test_a_network_has_as_many_weights(planned, name):
    plan = planned("multiclass", name)
    script = module(plan.to_code())
    frame = script.understood(script.read(script.FILE))
    frame = frame.filter(~script.held_out(frame, script.TEST_SHARE))
    encoder = script.Encoder(frame)
    x = encoder(frame)
    assert x.shape[1] == plan.layout.n_columns
    prior = torch.tensor([0.1, 0.2, 0.3])
    net = script.Net(encoder, x, prior) if plan.layout.codes else script.Net(x, prior)
    n_weights = sum(p.numel() for p in net.parameters())
    assert n_weights == total(parameter_slots(spec_of(plan.design, plan.layout)))


def predictions(kind, rng, n=60):
    """Truth and predictions as a metric of this kind of task takes them; some are tied."""
    if kind in ("binary", "multiclass"):
        p = rng.dirichlet(np.ones(2 if kind == "binary" else 3), n).round(2) + 1e-3
        return rng.integers(0, p.shape[1], n), p / p.sum(1, keepdims=True)
    if kind == "multilabel":
        return rng.integers(0, 2, (n, 2)).astype(float), rng.uniform(0.01, 0.99, (n, 2)).round(1)
    if kind == "ranking":
        y = np.stack([rng.integers(0, 3, n), np.arange(n) // 8], axis=1).astype(float)
        return y, rng.normal(size=n).round(1)
    shape = (n, 2) if kind == "multi-target" else n
    return np.exp(rng.normal(size=shape)), np.exp(rng.normal(size=shape))


@pytest.mark.parametrize("task", TASKS)
def test_metrics_are_the_same(planned, task):
    source = planned(task)._source
    more = {"binary": ("balanced_accuracy", "average_precision"), "multiclass": ("roc_auc",)}
    rng = np.random.default_rng(0)
    for metric in (*names(source.design.task, source.design.word("metric")), *more.get(task, ())):
        script = module(to_code(changed(source, metric=metric)))
        y, p = predictions(task, rng)
        assert script.metric(y, p) == pytest.approx(METRICS[metric].value(y, p)), metric


@pytest.mark.parametrize("schedule", [w for w in lever("schedule").words if w != "plateau"])
@pytest.mark.parametrize("warmup", [0.0, 0.1])
def test_schedules_are_the_same(planned, schedule, warmup):
    source = changed(planned("regression")._source, schedule=schedule, warmup_share=warmup)
    script = module(to_code(source))
    for step in range(100):
        wanted = pace(schedule, step, total=100, epoch_steps=5, warmup_share=warmup).rate
        if not hasattr(script, "rate_share"):
            assert wanted == 1
        elif schedule in ("step", "exponential"):
            assert script.rate_share(step, 100, 5) == pytest.approx(wanted, abs=1e-9)
        else:
            assert script.rate_share(step, 100) == pytest.approx(wanted, abs=1e-9)


def messy() -> str:
    """A table as an office writes it: titles above, decimal commas, units, dates, slips."""
    rng, lines = np.random.default_rng(0), ["Nordhalle", "Stand 2024", "Ort;Gewicht;Anteil;Tag;y"]
    for i in range(120):
        town = "Müncehn" if i == 50 else ("München", "Köln", " köln ", "n/a")[i % 4]
        weight = f"{rng.integers(100, 900)} g" if i % 9 == 4 else f"{rng.uniform(1, 2):.3f} kg"
        share = "-" if i % 11 == 7 else f"{rng.uniform(1, 99):.1f} %"
        cells = [town, weight, share, f"{i % 28 + 1:02}.{i % 12 + 1:02}.{2020 + i % 3}"]
        cells = [*cells, f"{1000 + 10 * rng.normal():.2f}"]
        lines.append(";".join([cells[0], *(c.replace(".", ",") for c in cells[1:3]), cells[3]])
                     + ";" + cells[4].replace(".", ","))  # fmt: skip
    return "\n".join(lines) + "\n"


def test_a_messy_file_is_read_alike(tmp_path):
    path = tmp_path / "messy.csv"
    path.write_bytes(messy().encode("cp1252"))
    script = module(design(path, "y", overrides=BRIEF).to_code())
    ground = lay_ground(Wish(data=path, target="y", overrides=BRIEF))
    frame = script.understood(script.read(path))
    assert {column.kind for column in ground.schema.inputs} == {"category", "number", "date"}
    assert_frame_equal(frame, ground.prepared.frame.select(frame.columns))
