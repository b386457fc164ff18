"""How many points become few bytes: the axes of a block, and its values."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_EVEN, _SINGLE, _DOUBLE, _PACKED = b"E", b"S", b"D", b"Z"
#: Seconds after which an even grid may lie beside the clock: no chart shows less.
TOLERANCE_S = 0.001


def pack_axis(values: Floats, *, tolerance: float = 0.0) -> bytes:
    """Steps or seconds as bytes: two numbers where they are evenly spaced.

    Args:
        values: Shape (points,), at least one.
        tolerance: How far an even grid may lie beside them; 0 for exact.

    Returns:
        Bytes that `unpack_axis` reads.

    Example:
        >>> len(pack_axis(np.arange(1000.0))), len(pack_axis(np.arange(1000.0) ** 2)) < 8000
        (17, True)
    """
    first = float(values[0])
    stride = (float(values[-1]) - first) / (len(values) - 1) if len(values) > 1 else 0.0
    grid = first + stride * np.arange(len(values))
    if np.all(np.abs(grid - values) <= tolerance):
        return _EVEN + struct.pack("<dd", first, stride)
    if tolerance:
        return _SINGLE + values.astype("<f4").tobytes()
    whole = values.astype("<f8").tobytes()
    packed = zlib.compress(whole, 1)
    return _PACKED + packed if len(packed) < len(whole) else _DOUBLE + whole


def unpack_axis(packed: bytes, n: int) -> Floats:
    """Steps or seconds out of bytes.

    Args:
        packed: What `pack_axis` gave.
        n: Points.

    Example:
        >>> unpack_axis(pack_axis(np.array([1.0, 2.0, 4.0])), 3)
        array([1., 2., 4.])
    """
    kind, rest = packed[:1], packed[1:]
    if kind == _EVEN:
        first, stride = struct.unpack("<dd", rest)
        return np.asarray(first + stride * np.arange(n), dtype=np.float64)
    if kind == _SINGLE:
        return np.frombuffer(rest, "<f4").astype(np.float64)
    if kind == _PACKED:
        rest = zlib.decompress(rest)
    return np.frombuffer(rest, "<f8").astype(np.float64)


def pack_values(values: Floats) -> bytes:
    """Values as bytes, metric after metric, so that one metric is a slice.

    Args:
        values: Shape (metrics, points).
    """
    return np.ascontiguousarray(values, dtype="<f8").tobytes()


def unpack_values(packed: bytes) -> Floats:
    """The values of one metric.

    Args:
        packed: Its slice.
    """
    return np.frombuffer(packed, "<f8").astype(np.float64)


def section(metric: str) -> str:
    """What a metric belongs to: what stands before the first slash.

    Example:
        >>> section("gradient_norm/fc1"), section("loss")
        ('gradient_norm', '')
    """
    return metric.split("/", 1)[0] if "/" in metric else ""
