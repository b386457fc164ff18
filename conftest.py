"""No test and no example keeps a run in a lab unless it asks to."""

import os


def pytest_configure() -> None:
    """Keep nothing: in this process, and in those that tests start."""
    os.environ["JUSTRIGHT_LAB"] = "off"
