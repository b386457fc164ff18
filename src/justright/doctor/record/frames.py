"""Where in the user's code something is called."""

import sys
import sysconfig
from pathlib import Path
from types import FrameType

import torch

_OURS = str(Path(__file__).resolve().parents[2])
_TORCH = str(Path(torch.__file__).resolve().parent)
_LIBRARY = (
    sysconfig.get_path("stdlib"),
    sysconfig.get_path("purelib"),
    sysconfig.get_path("platlib"),
)
DEEPEST = 60  # frames looked through


def is_users(filename: str) -> bool:
    """Whether a file is neither Justright's nor torch's nor any other library's."""
    return not filename.startswith(("<", _OURS, _TORCH, *_LIBRARY))


def users_frame() -> FrameType | None:
    """The innermost frame of the user's own code; None where there is none."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(DEEPEST):
        if frame is None or is_users(frame.f_code.co_filename):
            return frame
        frame = frame.f_back
    return None


def users_line() -> int | None:
    """Line of the user's own code that is running."""
    frame = users_frame()
    return None if frame is None else frame.f_lineno
