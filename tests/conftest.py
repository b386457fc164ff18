"""No test reads or writes the user's own memory of the machine."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_machine_memory(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUSTRIGHT_CACHE", str(tmp_path_factory.mktemp("machine")))
        yield
