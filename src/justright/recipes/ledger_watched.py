"""What a watched training leaves in the lab: one run, with its curves and its diagnosis."""

import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from justright.doctor.evidence import Evidence, Track
from justright.kinds.diagnosis import Diagnosis
from justright.kinds.finding import Finding
from justright.lab import Lab, Run
from justright.recipes.lab_place import Place, harmless, lab_at
from justright.report.diagnosis_json import to_json

#: Scripts that are no script of the user's: notebooks and prompts.
_NO_SCRIPT = ("", "-c", "-m", "ipykernel_launcher.py", "ipython", "colab_kernel_launcher.py")


class WatchBook:
    """Writes one watched training into the lab.

    Args:
        place: Where it is kept.
        kind: "watch" or "check".
        name: Name of the run.
        source: The script.
        command: The command line.
        config: What is known before the training.

    Example:
        >>> book = WatchBook(False, "watch", "Net")
        >>> book.end("finished")
    """

    def __init__(
        self,
        place: Place,
        kind: str,
        name: str,
        *,
        source: str = "",
        command: str = "",
        config: Mapping[str, str] | None = None,
    ) -> None:
        self._run: Run | None = None
        self._lab: Lab | None = None
        self._owned = not isinstance(place, Lab)
        self._found: set[tuple[str, str]] = set()
        with self.harmless():
            lab = lab_at(place)
            if lab is not None:
                self._lab = lab
                self._run = lab.run(
                    name, config or {}, kind=kind, source=Path(source).name, command=command
                )

    def harmless(self) -> AbstractContextManager[None]:
        """Whatever fails inside is said once, and nothing more is kept."""
        return harmless(self._give_up)

    def _give_up(self) -> None:
        self._run = None

    @property
    def keeps(self) -> bool:
        """Whether anything is kept."""
        return self._run is not None

    def trained(self, evidence: Evidence, seconds: float) -> None:
        """Keep what was seen of a training.

        Args:
            evidence: What was seen.
            seconds: How long it took.
        """
        run = self._run
        if run is None:
            return
        with self.harmless():
            run.configure(_settings(evidence))
            for track in evidence.tracks:
                before = "" if len(evidence.tracks) == 1 else f"{track.name}/"
                _keep_curves(run, track, before, seconds)
            _keep_validations(run, evidence, seconds)
            run.summarise(
                {
                    "n_steps": max((track.n_steps for track in evidence.tracks), default=0),
                    "n_parameters": sum(track.n_parameters for track in evidence.tracks),
                    "seconds": seconds,
                }
            )

    def diagnosed(self, diagnosis: Diagnosis, ended: str = "") -> None:
        """Keep what the doctor says; what was found before is not found again.

        Args:
            diagnosis: What he says.
            ended: How the training ended, in a sentence; empty for nothing to say.
        """
        run = self._run
        if run is None:
            return
        with self.harmless():
            run.event("diagnosis", {**to_json(diagnosis), "ended": ended})
            for finding in self._new(diagnosis.findings):
                run.find(finding)
            run.summarise({"verdict": diagnosis.verdict, "healthy": diagnosis.healthy})

    def _new(self, findings: Iterable[Finding]) -> list[Finding]:
        fresh = [one for one in findings if (one.check, one.sign) not in self._found]
        self._found |= {(one.check, one.sign) for one in fresh}
        return fresh

    def end(self, state: str) -> None:
        """The training is over.

        Args:
            state: "finished", "failed" or "interrupted".
        """
        with self.harmless():
            if self._run is not None and self._lab is not None:
                self._run.finish(state)
                self._lab.flush()

    def close(self) -> None:
        """Let go of the lab: nothing more is told."""
        lab, self._lab, self._run = self._lab, None, None
        with self.harmless():
            if lab is not None and self._owned:
                lab.close()


def own_script() -> tuple[str, str]:
    """The script that runs, and the command line that began it; empty in a notebook."""
    script = Path(sys.argv[0] if sys.argv else "").name
    if script in _NO_SCRIPT:
        return "", ""
    return script, shlex.join([Path(sys.executable).name, *sys.argv])


def _settings(evidence: Evidence) -> dict[str, float | str]:
    """What is known of optimizers, model and losses, by name."""
    found: dict[str, float | str] = {}
    for track in evidence.tracks:
        before = "" if len(evidence.tracks) == 1 else f"{track.name}."
        found[f"{before}optimizer"] = track.kind
        found |= {f"{before}{name}": value for name, value in track.options.items()}
    models = dict.fromkeys(layer.model for layer in evidence.layers if layer.model)
    losses = dict.fromkeys(loss.function for loss in evidence.losses if loss.learning)
    for name, several in (("model", models), ("loss", losses)):
        if several:
            found[name] = ", ".join(several)
    return found


def _keep_curves(run: Run, track: Track, before: str, seconds: float) -> None:
    """The curves of one optimizer."""
    last = max(track.n_steps, 1)

    def keep(steps: Sequence[int], curves: Mapping[str, Sequence[float | None]]) -> None:
        whole = {name: values for name, values in curves.items() if len(values) == len(steps)}
        if steps and whole:
            run.curves(steps, whole, np.asarray(steps) / last * seconds)

    keep(track.steps, {f"{before}train_loss": track.loss, f"{before}learning_rate": track.rate})
    looked = [i for i, value in enumerate(track.gradient) if value is not None]
    keep(
        [track.steps[i] for i in looked],
        {f"{before}gradient_norm": [track.gradient[i] for i in looked]},
    )
    gradients = {f"gradient_norm/{before}{name}": own for name, own in track.gradients.items()}
    updates = {f"update_ratio/{before}{name}": own for name, own in track.updates.items()}
    keep(track.sampled, gradients | updates)


def _keep_validations(run: Run, evidence: Evidence, seconds: float) -> None:
    """The figures of the validation passes, as far as there are any."""
    seen = evidence.validations
    last = max((track.n_steps for track in evidence.tracks), default=0) or 1
    curves = {
        "validation_loss": [one.loss for one in seen],
        "validation_accuracy": [one.accuracy for one in seen],
        "validation_metric": [one.metric for one in seen],
    }
    told = {name: values for name, values in curves.items() if any(v is not None for v in values)}
    if told:
        steps = [one.step for one in seen]
        run.curves(steps, told, np.asarray(steps) / last * seconds)
