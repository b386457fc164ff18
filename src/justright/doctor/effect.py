"""What a remedy did on populations of our own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A remedy that is a change of levers: a sick design against its mended twin, on equal folds.

    Scores are shares of what the best constant leaves: 1 is no better than a constant, 0 is
    perfect. Of each data set the mean over its folds is one value.

    Attributes:
        checks: Ids of the checks that propose the remedy.
        setting: Levers that both have beside the usual ones, in words; empty for none.
        sick: The sick lever and its value, in words.
        mended: Its mended value.
        metric: What is a share of the best constant's.
        sick_score: Mean of the sick designs.
        mended_score: Mean of the mended ones.
        difference: Mended minus sick, paired; below 0 the remedy helps.
        low: Lower end of its 95 % interval, Student's t over the data sets.
        high: Upper end.
        better_share: Share of the pairs in which the mended network is better, 0 to 1.
        n_clear: Data sets on which the mended design is clearly better.
        n_worse: Data sets on which it is clearly worse.
        found: Checks that find something in the sick networks' own traces, each with the share of
            the networks, 0 to 1; a trace holds losses, rates, gradients and updates, no outputs.
        alarm_share: Share of the mended networks in whose traces any check finds something.
        n_networks: Networks trained, sick and mended.
        n_sets: Data sets.
        date: Day of the house run.
    """

    checks: tuple[str, ...]
    setting: str
    sick: str
    mended: str
    metric: str
    sick_score: float
    mended_score: float
    difference: float
    low: float
    high: float
    better_share: float
    n_clear: int
    n_worse: int
    found: tuple[tuple[str, float], ...]
    alarm_share: float
    n_networks: int
    n_sets: int
    date: str

    @property
    def verdict(self) -> str:
        """What the interval says: "helps", "harms" or "no clear effect"."""
        if self.high < 0:
            return "helps"
        return "harms" if self.low > 0 else "no clear effect"

    def words(self) -> str:
        """The effect as a sentence of the docs.

        Example:
            >>> from justright.doctor.effects import EFFECTS
            >>> any("no clear effect" in effect.words() for effect in EFFECTS)
            True
        """
        setting = f" (with {self.setting})" if self.setting else ""
        worse = f", clearly worse on {self.n_worse}" if self.n_worse else ""
        scores = f"{self.sick_score:.2f} → {self.mended_score:.2f} of the best constant's"
        gap = f"{self.difference:+.2f} (95 % interval {self.low:+.2f} to {self.high:+.2f})"
        return (
            f"{self.sick} → {self.mended}{setting}: {self.verdict}. {self.metric.capitalize()}"
            f" {scores}, by {gap}; better in {self.better_share:.0%} of {self.n_networks // 2}"
            f" pairs, clearly better on {self.n_clear} of {self.n_sets} data sets{worse}."
            f" {self._traces()}"
        )

    def _traces(self) -> str:
        """What the doctor reads in the traces of the networks."""
        named = ", ".join(f"`{check}` in {share:.0%}" for check, share in self.found)
        alarms = f"any finding in {self.alarm_share:.0%}" if self.alarm_share else "none"
        return (
            f"Findings in traces of the sick networks: {named or 'none'}; of the mended: {alarms}."
        )
