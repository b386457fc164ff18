"""Errors provoked in the installed PyTorch, so that a new version's words are noticed."""

import re

import pytest

from justright.doctor.checks import CHECKS
from justright.doctor.evidence import Evidence, Failure, Layer
from justright.doctor.examine import examine
from justright.doctor.failures import CASES, explain
from justright.doctor.failures.case import first_told
from justright.kinds import Severity
from tests.doctor.failures.errors import ERRORS, backward_twice


def provoke(run, facts):
    """The evidence that an uncaught error leaves behind."""
    with pytest.raises(Exception) as caught:
        run()
    return Evidence(
        door="check",
        layers=(Layer(name="lstm", kind="LSTM"),),
        failure=Failure(
            error=type(caught.value).__name__, message=str(caught.value)[:2000], line=7, **facts
        ),
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("failing", "fault", "remedy"), ERRORS.values(), ids=ERRORS)
def test_explains(failing, fault, remedy):
    evidence = provoke(*failing)
    found, told = explain(evidence)
    assert found == fault
    known = first_told(CASES, evidence) is not None
    assert known == (remedy is not None)
    if remedy is not None:
        assert any(part in told.remedy for part in remedy.split("|"))
        assert "{" not in told.sign + told.remedy + told.meaning


#: Words of errors that need a GPU, an older PyTorch or more memory than there is.
FOREIGN = {
    "CUDA out of memory. Tried to allocate 20.00 MiB": 30,
    "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes": 30,
    "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and "
    "cpu! (when checking argument for argument mat1 in method wrapper_CUDA_addmm)": 31,
    "Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor) should be same": 31,
    "CUDA error: device-side assert triggered": 2,
    "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu()": 31,
    "Torch not compiled with CUDA enabled": 31,
    "expected scalar type Long but found Float": 2,
    "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False": 31,
    "DataLoader worker (pid(s) 12, 13) exited unexpectedly": 31,
}


@pytest.mark.parametrize(("message", "fault"), FOREIGN.items())
def test_explains_the_words_of_other_machines(message, fault):
    evidence = Evidence(door="check", failure=Failure(error="RuntimeError", message=message))
    assert first_told(CASES, evidence)[0] == fault


@pytest.mark.filterwarnings("ignore")
def test_exactly_one_check_speaks_and_stops():
    for failing, fault, _ in ERRORS.values():
        found = [f for f in examine(provoke(*failing), CHECKS).findings if f.check[:5] == "error"]
        assert [(f.fault, f.severity, f.line) for f in found] == [(fault, Severity.STOP, 7)]


def test_a_state_that_is_not_recurrent_is_backward_twice():
    failure = provoke(backward_twice, {"step": 3}).failure
    plain_model = Evidence(door="check", layers=(Layer(name="fc", kind="Linear"),), failure=failure)
    assert explain(plain_model)[0] == 11


def test_nothing_without_an_error():
    assert explain(Evidence(door="check")) is None


def test_an_unknown_error_is_told_with_its_facts():
    evidence = Evidence(
        door="check",
        failure=Failure(
            error="Odd", message="no\nidea", layer="fc", kind="Odd", in_shapes=((3, 4),)
        ),
    )
    assert explain(evidence)[1].sign == "Odd at fc (Odd): no; (3, 4) came in"


def test_every_pattern_is_a_regular_expression_and_words_hold():
    for case in CASES:
        re.compile(case.pattern)
        assert 1 <= case.fault <= 31
