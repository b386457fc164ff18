"""What a journey leaves in the lab: a run of its own, and one for each network that it trains.

Nothing here may stop or change a training: where the lab fails, it says so once and is left alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from justright.designer.levers import words
from justright.kinds import Design, Finding, Reply, RunRecord, Trace, Tried, Value
from justright.lab import Lab, Run
from justright.recipes.crew import Crew
from justright.recipes.ground import Ground
from justright.recipes.lab_place import Place, harmless, lab_at
from justright.recipes.ledger_members import Members, levers
from justright.recipes.wish import Wish
from justright.train.population import Population


@contextmanager
def opened(place: Place, kind: str) -> Iterator["Ledger"]:
    """The ledger of one journey, which ends with it.

    Args:
        place: Where it is kept.
        kind: "fit" or "question".

    Yields:
        The ledger; where the lab cannot be used one that keeps nothing, after a warning.

    Example:
        >>> with opened(False, "fit") as ledger:
        ...     ledger.say("read 12 rows")
        ...     ledger.uid
        ''
    """
    ledger, lab = Ledger(None, kind), None
    with ledger.harmless():
        lab = lab_at(place)
        ledger = Ledger(lab, kind)
    try:
        yield ledger
    except BaseException as error:
        ledger.end("failed" if isinstance(error, Exception) else "interrupted")
        raise
    else:
        ledger.end("finished")
    finally:
        if lab is not None and lab is not place:
            with ledger.harmless():
                lab.close()


class Ledger:
    """Writes one journey into the lab.

    Args:
        lab: The lab; None to keep nothing.
        kind: Kind of the journey's run.
    """

    def __init__(self, lab: Lab | None = None, kind: str = "fit") -> None:
        self._lab, self._kind = lab, kind
        self._run: Run | None = None
        self._waiting: list[tuple[str, dict[str, Any]]] = []  # until there is a run
        self._crews: list[Members] = []

    @property
    def uid(self) -> str:
        """The name of the journey's run; empty where there is none."""
        return "" if self._run is None else self._run.uid

    def harmless(self) -> AbstractContextManager[None]:
        """Whatever fails inside is said once, and nothing more is kept."""
        return harmless(self._give_up)

    def _give_up(self) -> None:
        self._lab, self._run, self._crews = None, None, []

    def stage(self, name: str) -> None:
        """A stage begins."""
        self._event("stage", {"name": name})

    def say(self, text: str) -> None:
        """A line that the user is told."""
        self._event("say", {"text": text})

    def warn(self, text: str) -> None:
        """A line that the user should not miss."""
        self._event("warn", {"text": text})

    def _event(self, kind: str, data: dict[str, Any]) -> None:
        if self._lab is None:
            return
        if self._run is None:
            self._waiting.append((kind, data))
            return
        with self.harmless():
            self._run.event(kind, data)

    def begin(
        self,
        wish: Wish,
        ground: Ground,
        *,
        question: str = "",
        command: str = "",
        resumed: str = "",
    ) -> None:
        """The data is read and the design is planned: the run begins.

        Args:
            wish: What the user asks for.
            ground: The table and its design.
            question: The question that it answers; empty for none.
            command: The command line that repeats it; empty for that of a fit.
            resumed: Uid of the run that it goes on with; empty for none.
        """
        if self._lab is None:
            return
        with self.harmless():
            table, design = ground.table, ground.design
            self._run = run = self._lab.run(
                f"{question}: " * bool(question) + _named(wish, table.source),
                {**_settings(wish, design), **_given(question=question, resumed_from=resumed)},
                kind=self._kind,
                source=table.source,
                command=command or wish.command(),
            )
            run.design(design)
            run.data(table.fingerprint, table.source, table.frame.height, table.frame.width)
            for kind, data in self._waiting:
                run.event(kind, data)
            for entry in ground.log:
                run.event("logbook", entry)
        self._waiting = []

    def trains(self, crew: Crew, population: Population) -> Members | None:
        """A population is about to be trained.

        Args:
            crew: What its members stand for.
            population: The members.

        Returns:
            Who follows it; None where nothing is kept.
        """
        if self._lab is None or self._run is None:
            return None
        with self.harmless():
            members = Members(self._lab, self._run.uid, crew, population, self.harmless)
            self._crews.append(members)
            return members
        return None

    def tried(self, tried: Sequence[Tried]) -> None:
        """A round of a search is over.

        Args:
            tried: What became of its configurations.
        """
        with self.harmless():
            for crew in self._crews:
                crew.tried(tried)
            self._crews = []  # all that was trained is over, and was told

    def diagnosed(self, traces: Sequence[Trace], findings: Sequence[Sequence[Finding]]) -> None:
        """What the doctor says of a training.

        Args:
            traces: Traces of its members.
            findings: Of each.
        """
        with self.harmless():
            for crew in self._crews:
                crew.diagnosed(traces, findings)

    def arrived(self, record: RunRecord, folder: str | Path | None) -> None:
        """A fit came to its end.

        Args:
            record: What it did.
            folder: The model folder; None where it was not saved.
        """
        run = self._run
        if run is None:
            return
        with self.harmless():
            run.configure(levers(record.design))
            run.design(record.design)
            for finding in record.findings:
                run.find(finding)
            run.event("record", record)
            run.summarise(_scores(record) | {"verdict": record.verdict})
            run.summarise({"n_parameters": record.n_parameters, "n_networks": len(record.traces)})
            run.summarise({"seconds": sum(record.timings_s.values())})
            if folder is not None:
                run.keep(folder)

    def answered(self, reply: Reply) -> None:
        """A question is answered.

        Args:
            reply: The answer.
        """
        run = self._run
        if run is None:
            return
        with self.harmless():
            run.event("reply", reply)
            run.summarise({**reply.numbers, "verdict": reply.sentence, "clear": reply.clear})
            run.summarise({"n_networks": reply.n_networks, "seconds": reply.seconds})
            run.summarise({"ended": reply.ended})

    def end(self, state: str) -> None:
        """The journey is over.

        Args:
            state: "finished", "failed" or "interrupted".
        """
        with self.harmless():
            for crew in self._crews:
                crew.leave(state)
            if self._run is not None:
                self._run.finish(state)


def _named(wish: Wish, source: str) -> str:
    """What to call a journey: its data, and what the user set.

    Example:
        >>> _named(Wish(data=None, target="y", overrides={"depth": 3}), "penguins.csv")
        'penguins depth=3'
    """
    stem = source.partition(".")[0] or source
    own = [] if wish.design is None else [wish.design]
    return " ".join([stem, *own, *(f"{name}={words(v)}" for name, v in wish.overrides.items())])


def _settings(wish: Wish, design: Design) -> dict[str, Value]:
    """What a journey is configured with: the levers, and what the user asked for."""
    target = wish.target if isinstance(wish.target, str) else ", ".join(wish.target)
    return {**levers(design), "target": target, "seed": wish.seed, "time_s": wish.time_s}


def _given(**words: str) -> dict[str, Value]:
    """Those that are not empty."""
    return {name: word for name, word in words.items() if word}


def _scores(record: RunRecord) -> dict[str, Value]:
    """Its scores with their intervals, by name."""
    found: dict[str, Value] = {}
    for score in record.scores:
        found[score.metric] = score.value
        found[f"{score.metric}.low"], found[f"{score.metric}.high"] = score.low, score.high
    return found
