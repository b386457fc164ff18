"""In what order a script calls things, and in which mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """The habits of the training loop.

    Attributes:
        cycles: How often each order of calls came between two steps of the same optimizer, both
            ends included: letters F forward with gradients, B backward, Z zero_grad, C clipping,
            S step, L step of a scheduler, e.g. {"FZBS": 300}. Runs of "FB" are kept as they came.
        backwards: Backward passes in all.
        steps: Optimizer steps in all.
        optimizers: Optimizers made.
        learned_in_training_mode: Forward passes in training mode that a backward pass followed.
        learned_in_eval_mode: The same with the model in eval mode.
        stepped_in_training_mode: Steps whose last backward pass went through a model in training
            mode.
        stepped_in_eval_mode: The same with every such model in eval mode.
        repeated_backwards: Backward passes through the very loss of the one before, with no
            zero_grad between.
        judged_in_training_mode: Forward passes without a backward pass, in training mode, after
            the training had begun.
        judged_in_eval_mode: The same in eval mode.
        judged_with_gradients: Forward passes without a backward pass, after the training had
            begun, that recorded gradients all the same.
        judged_lines: Line of the user's script of the first pass of each kind, by the names above.
        smallest_batch: Rows of the smallest training batch; 0 when unknown.
        last_mode_training: Whether the model was left in training mode at the end.
        outside: Parameters that the loss depends on, that ask for a gradient, and that no
            optimizer holds.
        foreign: Parameters that an optimizer holds and that the loss does not depend on.
        frozen: Parameters that ask for no gradient, of models that are trained.
        detached: Whether a loss was met that has no graph (backward impossible or pointless).
        autocast: Whether autocast was on.
        stopped: Why the watching ended: "end", "steps", "time", "interrupted", "failed", "exit".
    """

    cycles: Mapping[str, int] = field(default_factory=dict)
    backwards: int = 0
    steps: int = 0
    optimizers: int = 0
    learned_in_training_mode: int = 0
    learned_in_eval_mode: int = 0
    stepped_in_training_mode: int = 0
    stepped_in_eval_mode: int = 0
    repeated_backwards: int = 0
    judged_in_training_mode: int = 0
    judged_in_eval_mode: int = 0
    judged_with_gradients: int = 0
    judged_lines: Mapping[str, int] = field(default_factory=dict)
    smallest_batch: int = 0
    last_mode_training: bool = True
    outside: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    detached: bool = False
    autocast: bool = False
    stopped: str = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a step costs.

    Attributes:
        step_s: Median seconds from step to step.
        wait_share: Share of that spent waiting for the DataLoader; None without one.
        memory_bytes: Memory of the process at evenly spread moments of the training.
        memory_steps: Steps of these moments.
        graph_sizes: Operations behind the loss at sampled steps.
        graph_steps: Steps of these.
        kept_graphs: Losses of earlier steps whose graphs were still alive, the most at one look.
        marked_graphs: Losses that were watched for it by then.
        step_growth: Slope of the step's duration over the training, as a share of the first
            steps' median per 100 steps.
        overhead_share: Share of the time that the watching itself took.
    """

    step_s: float = 0.0
    wait_share: float | None = None
    memory_bytes: tuple[int, ...] = ()
    memory_steps: tuple[int, ...] = ()
    graph_sizes: tuple[int, ...] = ()
    graph_steps: tuple[int, ...] = ()
    kept_graphs: int = 0
    marked_graphs: int = 0
    step_growth: float = 0.0
    overhead_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """Where numbers first ceased to be finite.

    Attributes:
        step: Optimizer steps made before the first loss that was not finite.
        loss: That loss: "nan", "inf" or "-inf".
        in_input: Whether the model's input already held such numbers.
        in_target: Whether the targets did.
        parameters: Parameters that held such numbers, first layer first.
        layer: Layer of the first operation, in the order of the forward pass, whose result was
            not finite although what came in was; "" where it cannot be told.
        op: That operation.
    """

    step: int
    loss: str
    in_input: bool = False
    in_target: bool = False
    parameters: tuple[str, ...] = ()
    layer: str = ""
    op: str = ""
