"""Doubts and a contest as a run might have them."""

from justright.kinds import Contest, Doubt, Suspect, Way


def doubt(text: str = "no", **changes: object) -> Doubt:
    """Twelve doubtful labels and one far row; `text` is what the cells say."""
    label = Suspect(
        row=1204, kind="label", column="churn", given=text, suggested="yes", confidence=0.012,
        why=f"given a probability of 0.012, against 0.99 for {text!r}",
    )  # fmt: skip
    far = Suspect(
        row=17, kind="outlier", column=text, given="9999", distance=23.4,
        why="23.4 times as far above the median as the outer 5 % begin; also 'age'",
    )  # fmt: skip
    settings = {
        "targets": (label,) * 12, "outliers": (far,), "n_targets": 31, "n_outliers": 1,
        "n_judged": 480, "n_rows": 2400, "how": "confident learning (Northcutt et al. 2021)",
        "guarded": "the scaler measures by quartiles",
    }  # fmt: skip
    return Doubt(**settings | changes)  # type: ignore[arg-type]


def contest(name: str = "class weights", chosen: int = 1) -> Contest:
    """Four ways, of which the second is the best."""
    ways = (
        Way(name="plain", lever="loss", value="binary_cross_entropy", score=0.612),
        Way(name=name, lever="loss", value="weighted_cross_entropy", score=0.671,
            gain=0.059, low=0.012, high=0.1),
        Way(name="focal loss", lever="loss", value="focal", score=0.55,
            gain=-0.062, low=-0.1, high=-0.02),
        Way(name="balanced sampling", lever="sampling", value="balanced", score=0.62,
            gain=0.008, low=-0.03, high=0.05),
    )  # fmt: skip
    return Contest(
        metric="average_precision", higher_is_better=True, minority_share=0.062, ways=ways,
        chosen=chosen, level=0.95, n_rows=2400, n_networks=5, n_steps=182,
    )  # fmt: skip
