"""Copy a model that somebody else is training, without what hangs on it."""

import copy
from collections import OrderedDict
from collections.abc import Iterator

from torch import Tensor, nn

from justright.doctor.trials.nested import leaves

_HOOKS = (
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_backward_pre_hooks",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_forward_pre_hooks_with_kwargs",
)


def copied(model: nn.Module) -> nn.Module:
    """Copy a model with its weights, buffers and modes, and none of its hooks.

    A hook may write to what the user, or a watcher, keeps; only PyTorch's own (weight norm,
    pruning) are part of what the model computes and are copied.

    Args:
        model: Any module; a compiled or a DataParallel one is unwrapped. It is left as it is.

    Example:
        >>> inner = nn.Linear(1, 1)
        >>> _ = inner.register_forward_hook(print)
        >>> twin = copied(nn.DataParallel(inner))
        >>> type(twin).__name__, len(twin._forward_hooks)
        ('Linear', 0)
    """
    model = unwrapped(model)
    memo: dict[int, object] = {}
    for module in model.modules():
        for name in _HOOKS:
            hooks = vars(module).get(name)
            if hooks:
                memo[id(hooks)] = OrderedDict(
                    (key, copy.deepcopy(hook)) for key, hook in hooks.items() if _is_torchs(hook)
                )
        for tensor in _computed(module):
            memo[id(tensor)] = tensor.detach().clone()
    twin: nn.Module = copy.deepcopy(model, memo)
    return twin


#: Modules that only pass on to the user's own one.
WRAPPERS = frozenset({"DataParallel", "DistributedDataParallel", "OptimizedModule"})


def unwrapped(model: nn.Module) -> nn.Module:
    """The user's own module inside of torch.compile's, DataParallel's and the like.

    Example:
        >>> type(unwrapped(nn.DataParallel(nn.Linear(1, 1)))).__name__
        'Linear'
    """
    while True:
        inner = getattr(model, "_orig_mod", None)
        if inner is None and type(model).__name__ in ("DataParallel", "DistributedDataParallel"):
            inner = getattr(model, "module", None)
        if not isinstance(inner, nn.Module):
            return model
        model = inner


def _is_torchs(hook: object) -> bool:
    """Whether a hook is an object of PyTorch's or True, the mark of a hook with keywords."""
    return hook is True or type(hook).__module__.startswith("torch.")


def _computed(module: nn.Module) -> Iterator[Tensor]:
    """Tensors kept on a module that hang on a graph: deepcopy refuses them."""
    for value in vars(module).values():
        yield from (tensor for _, tensor in leaves(value) if not tensor.is_leaf)
