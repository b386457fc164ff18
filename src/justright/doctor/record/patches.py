"""Replace functions of torch by watched ones, and put them back."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

Make = Callable[[Any], Any]


@dataclass(slots=True, eq=False)
class Replaced:
    """One function that was replaced, or one attribute.

    Attributes:
        target: The function; or the owner of the attribute, and its name.
        before: What was there before.
        after: What takes its place.
    """

    target: tuple[Any, str]
    before: Any
    after: Any


#: Everything that is replaced now, the first one first; several watchers may be at work.
_STACKS: dict[tuple[int, str], list[Replaced]] = {}


def unseen_by_compiler(*ours: CodeType) -> None:
    """Have torch.compile pass over our own frames and compile what they call, as without us.

    Args:
        ours: Code of more functions that stand between the user's code and torch's.
    """
    _CODES.update(ours)
    compiler = sys.modules.get("torch._dynamo.eval_frame")
    if compiler is not None:  # it is imported at the first compilation
        for code in _CODES:
            vars(compiler)["skip_code"](code)


class Patches:
    """What one watcher has replaced.

    A function is not exchanged but given other code, so that whoever holds it already
    (`from torch.nn.functional import mse_loss`, a criterion kept by a model) is watched too, and
    that it can be pickled and compiled as ever.

    Example:
        >>> def double(x):
        ...     return 2 * x
        >>> patches = Patches()
        >>> patches.function(double, lambda original: lambda x: original(x) + 0.5)
        True
        >>> double(1)
        2.5
        >>> patches.undo()
        >>> double(1)
        2
    """

    def __init__(self) -> None:
        self._own: list[Replaced] = []

    def replace(self, owner: Any, name: str, make: Make, door: Any = None) -> None:
        """Put a watched attribute in the place of one.

        Args:
            owner: Module or class.
            name: Its attribute; nothing happens where it has none.
            make: From the attribute to the one that takes its place.
            door: A function that stands before the one that takes its place: see `function`.
        """
        before = getattr(owner, name, None)
        if before is None or self.function(before, make, door):
            return
        after = make(before)
        self._keep(Replaced((owner, name), vars(owner).get(name, _NOTHING), after))
        setattr(owner, name, after)

    def function(self, function: Any, make: Make, door: Any = None) -> bool:
        """Give a function other code.

        Args:
            function: The function.
            make: From a function with its code to the one that takes its place.
            door: A function whose code is given, for a shorter way than through what takes its
                place, which it gets as `_watched`.

        Returns:
            Whether it could be done; not where it is no plain function of Python's.
        """
        if not isinstance(function, FunctionType):
            return False
        n_cells = len(function.__code__.co_freevars)
        code = _TRAMPOLINES.get(n_cells) if door is None else door.__code__
        if code is None or len(code.co_freevars) != n_cells:
            return False
        before = _twin(function)
        after = make(before)
        _CODES.update((after.__code__, code))
        self._keep(Replaced((function, ""), before, after))
        _give(function, code, None, {"_watched": after})
        vars(function)["__wrapped__"] = before  # for inspect: its signature and its source
        return True

    def undo(self) -> None:
        """Put everything back, whatever other watchers do; what others replaced since stays."""
        while self._own:
            own = self._own.pop()
            key = id(own.target[0]), own.target[1]
            stack = _STACKS[key]
            place = stack.index(own)
            if place + 1 < len(stack):  # the one above calls ours, which passes through
                stack[place + 1].before = own.before
            else:
                _restore(own, stack[-2] if place else None)
            stack.remove(own)
            if not stack:
                del _STACKS[key]

    def _keep(self, replaced: Replaced) -> None:
        self._own.append(replaced)
        key = id(replaced.target[0]), replaced.target[1]
        _STACKS.setdefault(key, []).append(replaced)


_NOTHING = object()  # the owner has the attribute from a class above


def _restore(own: Replaced, below: Replaced | None) -> None:
    """Put back what was there before, or the watched one of another watcher."""
    target, name = own.target
    if name:
        if vars(target).get(name) is not own.after:
            return
        if below is None and own.before is _NOTHING:
            delattr(target, name)
        else:
            setattr(target, name, own.before if below is None else below.after)
        return
    if (target.__kwdefaults__ or {}).get("_watched") is not own.after:
        return
    if below is not None:
        target.__kwdefaults__ = {"_watched": below.after}
        return
    before: FunctionType = own.before
    _give(target, before.__code__, before.__defaults__, before.__kwdefaults__)
    vars(target).pop("__wrapped__", None)
    vars(target).update(vars(before))


def _twin(function: FunctionType) -> FunctionType:
    """A function with the same code."""
    twin = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    twin.__qualname__, twin.__module__ = function.__qualname__, function.__module__
    twin.__doc__, twin.__annotations__ = function.__doc__, function.__annotations__
    vars(twin).update(vars(function))
    return twin


def _give(
    function: FunctionType,
    code: CodeType,
    defaults: tuple[Any, ...] | None,
    by_name: dict[str, Any] | None,
) -> None:
    function.__code__ = code
    function.__defaults__, function.__kwdefaults__ = defaults, by_name


def _trampoline(*args: Any, _watched: Any, **kwargs: Any) -> Any:
    return _watched(*args, **kwargs)


def _with_one(cell: Any = None) -> Any:
    def trampoline(*args: Any, _watched: Any, **kwargs: Any) -> Any:
        return _watched(*args, **kwargs) if True else cell

    return trampoline


def _with_two(first: Any = None, second: Any = None) -> Any:
    def trampoline(*args: Any, _watched: Any, **kwargs: Any) -> Any:
        return _watched(*args, **kwargs) if True else (first, second)

    return trampoline


#: Code that calls what is watched, by the number of variables that the function encloses:
#: Python wants the new code to enclose as many.
_TRAMPOLINES = {
    len(function.__code__.co_freevars): function.__code__
    for function in (_trampoline, _with_one(), _with_two())
}
_CODES = set(_TRAMPOLINES.values())
