"""Images go the way that tables go: designed, built, trained, saved, predicted."""

import numpy as np
import polars as pl
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_digits

from justright.errors import DesignError, ModelError
from justright.kinds import InputLayout
from justright.nets.plain import DenseNet
from justright.nets.plain_conv import ConvNet
from justright.recipes.design import design
from justright.recipes.fit import fit
from justright.recipes.model import load
from justright.recipes.model_files import Blueprint, SquadPlan
from justright.recipes.network import spec_of, with_values
from justright.recipes.wish import Wish, apart
from tests.recipes.small import EPOCHS

DIGITS = load_digits()
PIXELS, LABELS = DIGITS.images[:300], DIGITS.target[:300]
FLAT = EPOCHS | {"family": "dense"}


@pytest.fixture
def folder(tmp_path):
    """A folder for each of two classes: bright images and dark ones."""
    rng = np.random.default_rng(0)
    for name, low in (("bright", 128), ("dark", 0)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(40):
            pixels = rng.integers(low, low + 128, (9, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{i:02}.png")
    return tmp_path / "photos"


@pytest.fixture(scope="module")
def flat():
    return fit(PIXELS, LABELS, time_s=5, overrides=FLAT)


def test_the_design_is_of_convolutions():
    planned = design(PIXELS, LABELS)
    assert (planned.design["family"], planned.design["depth"], planned.design["width"]) == (
        "conv", 2, 32,
    )  # fmt: skip
    assert (planned.profile.height, planned.profile.n_inputs) == (8, 64)
    assert planned.layout == InputLayout(image=(1, 8, 8))
    assert planned.to_dict()["layout"]["image"] == (1, 8, 8)


def test_the_network_that_is_built_takes_rows_and_images():
    net = design(PIXELS, LABELS).build(seed=1).eval()
    assert isinstance(net, ConvNet)
    x = torch.randn(3, 1, 8, 8)
    assert net(x).shape == (3, 10)
    assert torch.equal(net(x), net(x.flatten(1)))
    dense = design(PIXELS, LABELS, overrides={"family": "dense"}).build(seed=1)
    assert isinstance(dense, DenseNet)
    assert dense(x.flatten(1)).shape == (3, 10)


def test_a_folder_needs_no_target(folder):
    planned = design(folder)
    assert planned.design.task.classes == ("bright", "dark")
    assert planned.layout.image == (3, 9, 8)


def test_images_laid_flat_are_trained_and_scored(flat):
    assert flat.run.scores[0].metric == "accuracy"
    assert flat.run.scores[0].value > 0.6
    assert {baseline.name for baseline in flat.run.baselines} == {"trivial", "linear"}
    assert [column.kind for column in flat.run.columns] == ["image", "category"]


def test_a_saved_model_of_images_predicts_alike(flat, tmp_path):
    again = load(flat.save(tmp_path / "model"))
    assert again.schema.image == (1, 8, 8)
    np.testing.assert_array_equal(again.predict(PIXELS), flat.predict(PIXELS))
    assert again.evaluate((PIXELS, LABELS))[0].n_rows == 300
    with pytest.raises(ModelError, match="holds no images"):
        again.predict({"image": ["a.png"]})


def test_a_folder_is_trained_and_predicted(folder):
    model = fit(folder, time_s=5, overrides=FLAT)
    found = model.predict(folder / "dark")
    assert (len(found), set(found)) == (40, {"dark"})
    frame = model.predict_frame(folder / "dark")
    assert frame.columns[:2] == ["path", "prediction"]
    assert frame["path"][:2].to_list() == ["00.png", "01.png"]


def test_a_test_part_of_its_own():
    rest = DIGITS.images[300:360], DIGITS.target[300:360]
    model = fit(PIXELS, LABELS, test=rest, time_s=5, overrides=FLAT)
    assert model.run.scores[0].n_rows == 60


@pytest.fixture(scope="module")
def convolved():
    return fit(PIXELS, LABELS, time_s=20, overrides=EPOCHS | {"width": 8})


def test_convolutions_are_trained_and_scored(convolved):
    assert convolved.run.design["family"] == "conv"
    assert convolved.run.scores[0].value > 0.5
    assert convolved.run.n_parameters == 9 * 8 + 2 * 8 + 9 * 8 * 16 + 2 * 16 + 64 * 10 + 10


def test_a_saved_network_of_convolutions_predicts_alike(convolved, tmp_path):
    again = load(convolved.save(tmp_path / "model"))
    assert again.predictor.squads[0].spec == convolved.predictor.squads[0].spec
    np.testing.assert_array_equal(
        again.predict_proba(PIXELS[:40]), convolved.predict_proba(PIXELS[:40])
    )


def test_a_predicted_row_is_the_mean_of_the_plain_networks(convolved):
    own = convolved.predictor
    x = torch.from_numpy(own.encoders[0].transform(pl.DataFrame({"image": PIXELS[:9, None]})))
    plain = [
        with_values(own.squads[0].spec, theta, statistics).eval()(x).detach().double().softmax(-1)
        for theta, statistics in zip(own.squads[0].theta, own.squads[0].statistics, strict=True)
    ]
    expected = own.finish(torch.stack(plain).mean(0).numpy())
    found = convolved.predict_proba(PIXELS[:9])
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_convolutions_need_an_image():
    planned = design(PIXELS, LABELS)
    with pytest.raises(DesignError, match="family = conv without images"):
        spec_of(planned.design, InputLayout(numeric=("a",)))


def test_a_folder_without_a_shape_is_refused(convolved):
    plan = Blueprint(
        schema=convolved.schema,
        squads=(SquadPlan(folds=(0,)),),
        scale=None,
        temperature=1.0,
        doubt=0.0,
    )
    with pytest.raises(ModelError, match="0 shapes of a network"):
        assert plan.squads[0].network


TARGETS = {
    "a name": (("t.csv", "y"), ("t.csv", "y")),
    "none": (("photos", None), ("photos", "label")),
    "labels": (("t.csv", [1, 2]), (("t.csv", [1, 2]), "label")),
}


@pytest.mark.parametrize(("given", "found"), TARGETS.values(), ids=TARGETS)
def test_labels_apart_go_along_with_the_data(given, found):
    assert apart(*given) == found


def test_the_python_line_of_labels_apart():
    data, target = apart(PIXELS, LABELS)
    line = Wish(data=data, target=target, test=(PIXELS, LABELS)).python()
    assert "justright.fit((data, labels), 'label'," in line
    assert "test=(test, test_labels)" in line
