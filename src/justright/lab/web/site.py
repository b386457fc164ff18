"""All that the server has, in one record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from justright.lab.store import Store
from justright.lab.web.jobs import Jobs
from justright.lab.web.kept import Kept
from justright.lab.web.play import Player
from justright.lab.web.services import Services


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One lab that is served.

    Attributes:
        store: The runs.
        folder: Where it was started, resolved: no path leads out of it.
        services: What other rooms do for it.
        jobs: Questions under way.
        player: The playground's worker.
        kept: Tables of runs that were made before.
        ending: Whether the server is about to end, so that streams end first.
        version: Of Justright.
    """

    store: Store
    folder: Path
    services: Services
    jobs: Jobs
    player: Player
    kept: Kept
    ending: Callable[[], bool] = _never
    version: str = field(default_factory=lambda: version("justright"))

    def hide(self, text: str) -> str:
        """A text without places of the machine: the folder is left out, home is ~.

        Args:
            text: An error's, as a rule.
        """
        file = self.store.path
        for place in (file, file.resolve()):
            text = text.replace(str(place), self.shown(str(place)))
        if self.folder != Path(self.folder.anchor):  # else every "/" would go
            text = text.replace(f"{self.folder}/", "").replace(str(self.folder), ".")
        home = str(Path.home())
        return text.replace(home, "~") if len(home) > 1 else text

    def shown(self, path: str) -> str:
        """A path as the page may see it: from the folder, or outside of it the name alone."""
        there = Path(path)
        if there.is_relative_to(self.folder):
            return there.relative_to(self.folder).as_posix()
        return there.name if there.is_absolute() else path

    def close(self) -> None:
        """End the processes and close the file."""
        self.jobs.close()
        self.player.close()
        self.store.close()
