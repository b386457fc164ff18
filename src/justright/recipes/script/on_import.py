"""Do something at the moment when a module has been imported for the first time."""

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class OnImport(MetaPathFinder):
    """Waits for a module at the head of Python's finders.

    The script decides when torch is imported: what it sets before (threads, devices) must have
    its effect. So nothing of ours imports torch earlier.

    Args:
        name: The module.
        around: Makes what is entered before the module is run and left once it has been.
    """

    def __init__(self, name: str, around: Callable[[], AbstractContextManager[None]]) -> None:
        self._name, self._around = name, around

    def wait(self) -> None:
        """Start to wait; where the module is there already, there is nothing to wait for."""
        if self._name in sys.modules:
            with self._around():
                return
        sys.meta_path.insert(0, self)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module as the other finders find it; its loader tells us when it runs it."""
        if name != self._name:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        specs = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and spec.loader is not None:
            self._listen(spec)
        return spec

    def _listen(self, spec: ModuleSpec) -> None:
        """Have the loader run it inside `around`; it stays the loader that it is."""
        loader = spec.loader
        run = loader.exec_module  # type: ignore[union-attr]

        def watched(module: ModuleType) -> None:
            vars(loader).pop("exec_module", None)
            with self._around():
                run(module)
            if self in sys.meta_path:
                sys.meta_path.remove(self)

        vars(loader)["exec_module"] = watched
