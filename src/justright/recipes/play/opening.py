"""What the page hears before the first step: the data, the levers, who trains."""

from collections.abc import Mapping
from typing import Any

from justright.nets.family import parameter_slots
from justright.nets.slots import total
from justright.recipes.play.cast import Cast
from justright.recipes.play.offer import offers
from justright.recipes.play.picture import Canvas
from justright.recipes.play.sets import Scene


def opening(
    scene: Scene, cast: Cast, canvas: Canvas | None, moved: Mapping[str, Any]
) -> dict[str, Any]:
    """The first message of a try.

    Args:
        scene: The data set.
        cast: The members.
        canvas: Where to draw; None with more than two features.
        moved: Levers that the user moved, by name.

    Example:
        >>> from pathlib import Path
        >>> from justright.recipes.play.cast import cast
        >>> from justright.recipes.play.offer import designed
        >>> from justright.recipes.play.sets import scene
        >>> moons = scene("moons", folder=Path())
        >>> said = opening(moons, cast(moons, designed(moons.parted, {})), None, {})
        >>> said["set"]["metric"], said["steps"], len(said["members"])
        ('accuracy', 600, 5)
    """
    first = cast.entries[0].member
    return {
        "state": "laid",
        "set": _data(scene, cast),
        "levers": [offer.plain() for offer in offers(scene.parted, cast.design, moved)],
        "members": [
            {"who": entry.name, "label": cast.label(i), "rate": entry.member.learning_rate}
            for i, entry in enumerate(cast.entries)
        ],
        "steps": cast.steps,
        "batch": first.batch_size,
        "n_parameters": total(parameter_slots(first.spec)),
        "loss": first.loss,
        "points": None if canvas is None else canvas.points(),
    }


def _data(scene: Scene, cast: Cast) -> dict[str, Any]:
    """The data set: what is predicted, from how much, and how it is scored."""
    view, schema = cast.entries[0].member.view, scene.parted.ground.schema
    return {
        "name": scene.name,
        "task": schema.task.kind,
        "target": schema.target,
        "classes": list(schema.task.classes),
        "metric": scene.parted.ground.design.word("metric"),
        "n_train": len(view.train),
        "n_validation": len(view.validation),
        "n_inputs": cast.arena.laid.encoded.layout.n_columns,
        "notes": list(scene.notes),
    }
