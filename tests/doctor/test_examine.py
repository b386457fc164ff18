import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.doctor.checks import CHECKS
from justright.doctor.evidence import PARTS, Evidence, Start
from justright.doctor.examine import examine
from justright.doctor.rank import gravest_first
from justright.kinds import Finding, Severity
from tests.doctor.starts import evidence


def test_health_is_silent():
    assert examine(evidence(), CHECKS).findings == ()


def test_the_gravest_comes_first():
    seen = evidence(first_loss=2.0, real_losses=(0.7, 0.69), spreads={"a": 1.0, "b": 20.0})
    found = gravest_first(examine(seen, CHECKS).findings)
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
        assert check.measured
        assert check.remedy
        assert check.confirm
        assert 1 <= check.fault <= 31
        assert {need.partition(".")[0] for need in check.needs} <= set(PARTS)


@pytest.mark.parametrize("check", CHECKS, ids=[check.id for check in CHECKS])
def test_the_example_of_the_docs_is_sick(check):
    finding = check.judge(check.example)
    assert finding is not None
    assert all(check.example.has(part) for part in check.needs)


anything = st.floats(allow_nan=True, allow_infinity=True)
curves = st.lists(anything, max_size=3).map(tuple)


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        Start,
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
def test_no_start_makes_a_check_raise(seen):
    for finding in examine(Evidence(door="preflight", start=seen), CHECKS).findings:
        assert isinstance(finding, Finding)
        assert finding.sign
        assert finding.meaning
        assert finding.remedy
