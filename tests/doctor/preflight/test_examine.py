from hypothesis import given, settings
from hypothesis import strategies as st

from justright.doctor.preflight.checks import CHECKS
from justright.doctor.preflight.evidence import Evidence
from justright.doctor.preflight.examine import examine
from justright.kinds import Finding, Severity
from tests.doctor.preflight.evidences import HEALTHY, evidence


def test_health_is_silent():
    assert examine(HEALTHY) == ()


def test_the_gravest_comes_first():
    found = examine(
        evidence(first_loss=2.0, real_losses=(0.7, 0.69), spreads={"a": 1.0, "b": 20.0})
    )
    severities = [finding.severity for finding in found]
    assert severities == sorted(severities, key=[Severity.STOP, Severity.WARN].index)
    assert {finding.check for finding in found} == {
        "first-loss", "init-scale", "overfit-one-batch", "zero-batch",
    }  # fmt: skip


def test_every_check_has_its_words_and_an_id_of_its_own():
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert check.asks.endswith("?")
        assert check.source


anything = st.floats(allow_nan=True, allow_infinity=True)
curves = st.lists(anything, max_size=3).map(tuple)


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        Evidence,
        first_loss=anything,
        trivial_loss=st.floats(0, 1e3),
        n_rows=st.integers(2, 99),
        n_layers=st.integers(1, 4),
        output_spread=anything,
        spreads=st.dictionaries(
            st.sampled_from("abc"), st.one_of(st.floats(0, 1e38), st.just(float("inf")))
        ),
        real_losses=curves,
        zero_losses=curves,
        small_trivial_loss=st.floats(0, 1e3),
    )
)
def test_no_evidence_makes_a_check_raise(seen):
    for finding in examine(seen):
        assert isinstance(finding, Finding)
        assert finding.sign
        assert finding.meaning
        assert finding.remedy
