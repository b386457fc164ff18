"""Numbers on an accelerator, read later: to read one at once would make the device wait."""

from collections.abc import Callable

import torch
from torch import Tensor

MOST_UNREAD = 64


class Late:
    """Numbers that are on their way.

    Example:
        >>> late, got = Late(), []
        >>> late.read(torch.tensor(2.0), got.append)
        >>> got
        [2.0]
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Tensor, Callable[[float], None]]] = []

    def read(self, value: Tensor, then: Callable[[float], None]) -> None:
        """Hand a number on: at once from the CPU, with others later from an accelerator."""
        if value.device.type == "cpu":
            single = value.numel() == 1 and not value.is_complex()
            then(float(value.item() if single else value.detach().double().mean()))
            return
        self._waiting.append((value.detach().double().mean(), then))
        if len(self._waiting) >= MOST_UNREAD:
            self.flush()

    def flush(self) -> None:
        """Read all that wait, in one transfer per device."""
        waiting, self._waiting = self._waiting, []
        devices: dict[torch.device, list[tuple[Tensor, Callable[[float], None]]]] = {}
        for value, then in waiting:
            devices.setdefault(value.device, []).append((value, then))
        for group in devices.values():
            numbers = torch.stack([value for value, _ in group]).tolist()
            for number, (_, then) in zip(numbers, group, strict=True):
                then(number)
