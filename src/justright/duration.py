"""Times as people write them."""

import math
import re

_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """Read a time as seconds: `60s`, `2m`, `1h`, or `90` (seconds).

    Args:
        text: As typed.

    Returns:
        Seconds, above 0.

    Raises:
        ValueError: If it is not such a time.

    Example:
        >>> seconds("2m")
        120.0
    """
    match = re.fullmatch(r"(\d+\.?\d*|\.\d+)\s*([smh]?)", text.strip().lower(), re.ASCII)
    found = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if not 0.0 < found < math.inf:
        raise ValueError(f"{text!r} is not a time such as 60s, 2m, 1h or 90")
    return found
