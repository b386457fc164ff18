"""Run a file as `python FILE` does: as the module `__main__`, unchanged."""

import builtins
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType, TracebackType

#: Modules of ours whose frames stand between the script's own in a traceback.
_BETWEEN = tuple(
    str(Path(__file__).parents[2] / place)
    for place in ("recipes/script", "recipes/check_child.py", "doctor/record")
)


def as_main(script: str, words: Sequence[str]) -> Callable[[], None]:
    """Make a file the module `__main__`, and hand back what runs it.

    Arguments, search path and the module's own names are those that Python gives it, so that
    pickling, processes started by `multiprocessing` and `if __name__ == "__main__"` work.

    Args:
        script: The file, as the user named it.
        words: Its arguments.

    Returns:
        A function without arguments; what the script raises, it raises.

    Raises:
        OSError: If the file cannot be read.
        SyntaxError: If it is not Python.
    """
    path = str(Path.cwd() / script)
    code = compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)
    sys.argv[:] = [script, *words]
    if not sys.flags.safe_path:
        sys.path.insert(0, folder_of(script))
    module = _module(path)
    sys.modules["__main__"] = module
    return lambda: exec(code, module.__dict__)


def folder_of(script: str) -> str:
    """The folder that Python puts first on the search path: that of the file itself, not a link."""
    return str(Path(script).resolve().parent)


def _module(path: str) -> ModuleType:
    module = ModuleType("__main__")
    module.__file__ = path
    module.__loader__ = SourceFileLoader("__main__", path)
    vars(module).update(__builtins__=builtins, __annotations__={}, __cached__=None)
    return module


def without_ours(error: BaseException) -> BaseException:
    """An error with tracebacks that show the script's frames and none of ours.

    Args:
        error: What the script raised; errors that it came of are changed too.
    """
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in seen:
            seen.append(one)
            one.__traceback__ = _theirs(one.__traceback__)
            waiting += [one.__cause__, one.__context__]
    return error


def _theirs(trace: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(_BETWEEN):
            kept.append(trace)
        trace = trace.tb_next
    chain: TracebackType | None = None
    for one in reversed(kept):
        chain = TracebackType(chain, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return chain


def give_back_names(folder: str, loaded: Iterable[str]) -> None:
    """Forget modules that we imported where the script's folder has one of the same name.

    A script beside its own `statistics.py` must get that one, as it would without us.

    Args:
        folder: The script's folder.
        loaded: Names of the modules that our imports loaded.
    """
    own = {entry.name.removesuffix(".py") for entry in Path(folder).iterdir()}
    for name in [name for name in loaded if name.split(".")[0] in own]:
        sys.modules.pop(name, None)
