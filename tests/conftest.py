"""No test uses the user's own memory of the machine, or searches unless it asks to."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_machine_memory(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUSTRIGHT_CACHE", str(tmp_path_factory.mktemp("machine")))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_search_unless_asked():
    """A fit with time left goes on to search: minutes, for tests that are about something else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("justright.recipes.searching.LEAST_LEFT_S", float("inf"))
        yield
