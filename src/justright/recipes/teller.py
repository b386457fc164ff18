"""Telling a listener how far a training is."""

import math
import time
from collections.abc import Callable

from justright.kinds import Design
from justright.recipes.encoded import Encoded
from justright.recipes.progress import Progress
from justright.train.population import Epoch


def teller(
    progress: Progress, encoded: Encoded, design: Design, deadline_s: float
) -> Callable[[Epoch], None]:
    """Tells a listener after each evaluation how far the training is and how good its best."""
    scale, loss = encoded.scale, design.word("loss")
    in_unit = scale is not None and scale.curve == "none" and len(scale.spread) == 1

    def tell(epoch: Epoch) -> None:
        best = epoch.best_score
        words = ""
        if math.isfinite(best):
            if scale is not None and in_unit and loss == "mse":
                words = f"validation RMSE {math.sqrt(best) * scale.spread[0]:.4g}"
            elif loss.endswith("cross_entropy") or loss == "focal":
                words = f"validation log-loss {best:.4g}"
            else:
                words = f"validation {loss} {best:.4g}"
        progress.training(
            done_share=epoch.done_share,
            best=words,
            left_s=max(0.0, deadline_s - time.monotonic()),
        )

    return tell
