"""Bring the pixels of each channel to mean 0 and spread 1."""

from dataclasses import dataclass
from math import prod

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.images import image_shape
from justright.kinds.layout import ImageShape

_BLOCK = 1_024  # images scaled at once: the block stays in the cache


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageScale:
    """How an image column becomes numbers around 0. Plain data.

    Attributes:
        name: The column.
        shape: Channels, height and width.
        mean: Mean pixel of each channel on the training rows.
        spread: Standard deviation of each channel's pixels there; 1 where it would be 0.
    """

    name: str
    shape: ImageShape
    mean: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()

    @property
    def n_columns(self) -> int:
        """Pixels of all channels."""
        return prod(self.shape)

    def write(self, cells: pl.Series, out: NDArray[np.float32]) -> None:
        """Scale images into columns of a matrix, channel after channel, row after row.

        Args:
            cells: Images without gaps.
            out: Shape (rows, pixels of all channels), written in place.
        """
        mean = np.array(self.mean, dtype=np.float32).reshape(-1, 1)
        spread = np.array(self.spread, dtype=np.float32).reshape(-1, 1)
        for start in range(0, len(cells), _BLOCK):
            pixels = cells[start : start + _BLOCK].to_numpy().astype(np.float32)
            channels = pixels.reshape(len(pixels), self.shape[0], -1)
            scaled = (channels - mean) / spread
            out[start : start + _BLOCK] = scaled.reshape(len(pixels), -1)


def fit_images(cells: pl.Series) -> ImageScale:
    """Measure the mean and spread of each channel.

    Args:
        cells: Images of the training rows, without gaps.

    Source:
        LeCun et al. 1998, Efficient BackProp, section 4.3

    Example:
        >>> images = np.array([[[[1.0, 3.0]]], [[[1.0, 3.0]]]], dtype=np.float32)
        >>> scale = fit_images(pl.Series("image", images))
        >>> scale.mean, scale.spread
        ((2.0,), (1.0,))
    """
    shape = image_shape(cells)
    sums, squares = np.zeros(shape[0]), np.zeros(shape[0])
    shift = _channels(cells[:1], shape).mean((0, 2), keepdims=True)
    for start in range(0, len(cells), _BLOCK):
        # About a shift near the mean, so that squares of large pixels do not cancel.
        centred = _channels(cells[start : start + _BLOCK], shape) - shift
        sums += centred.sum((0, 2))
        squares += (centred * centred).sum((0, 2))
    n_pixels = len(cells) * prod(shape[1:])
    mean = sums / n_pixels
    spread = np.sqrt(np.maximum(squares / n_pixels - mean * mean, 0.0))
    spread[spread <= 8 * np.finfo(np.float64).eps * np.abs(mean + shift.ravel())] = 1.0
    return ImageScale(
        name=cells.name,
        shape=shape,
        mean=tuple((mean + shift.ravel()).tolist()),
        spread=tuple(spread.tolist()),
    )


def _channels(cells: pl.Series, shape: ImageShape) -> NDArray[np.float64]:
    """Pixels of each channel in a row, shape (images, channels, pixels)."""
    pixels: NDArray[np.float64] = cells.to_numpy().astype(np.float64)
    return pixels.reshape(len(cells), shape[0], -1)
