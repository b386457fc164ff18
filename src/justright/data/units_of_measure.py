"""Units that stand behind numbers, and how one is turned into another."""

from collections.abc import Mapping
from dataclasses import dataclass

#: The unit of a column whose numbers are written short: "1.2k" beside "950" are 1200 and 950.
PLAIN_NUMBER = "1"

#: Units that measure the same, each with its size in the first one of its row (SI; the foot,
#: pound, gallon and their like by the international agreement of 1959).
_MASS = {"kg": 1.0, "g": 1e-3, "mg": 1e-6, "t": 1e3, "lb": 0.45359237, "lbs": 0.45359237}
_MASS |= {"oz": 0.028349523125, "kgs": 1.0}
_LENGTH = {"m": 1.0, "km": 1e3, "cm": 1e-2, "mm": 1e-3, "in": 0.0254, "inch": 0.0254}
_LENGTH |= {"ft": 0.3048, "yd": 0.9144, "mi": 1609.344, "mile": 1609.344, "miles": 1609.344}
_AREA = {"m²": 1.0, "m2": 1.0, "sqm": 1.0, "cm²": 1e-4, "cm2": 1e-4, "ha": 1e4, "km²": 1e6}
_AREA |= {"km2": 1e6, "sqft": 0.09290304, "ft²": 0.09290304, "ft2": 0.09290304}
_VOLUME = {"l": 1.0, "dl": 0.1, "cl": 0.01, "ml": 1e-3, "litre": 1.0, "litres": 1.0, "m³": 1e3}
_TIME = {"s": 1.0, "sec": 1.0, "secs": 1.0, "ms": 1e-3, "min": 60.0, "mins": 60.0, "h": 3600.0}
_TIME |= {"hr": 3600.0, "hrs": 3600.0, "hour": 3600.0, "hours": 3600.0, "minutes": 60.0}
_TIME |= {"seconds": 1.0, "d": 86_400.0, "day": 86_400.0, "days": 86_400.0, "week": 604_800.0}
_TIME |= {"weeks": 604_800.0, "minute": 60.0, "second": 1.0}
_CALENDAR = {"month": 1.0, "months": 1.0, "mo": 1.0, "y": 12.0, "yr": 12.0, "yrs": 12.0}
_CALENDAR |= {"year": 12.0, "years": 12.0}
_SHARE = {"%": 1.0, "‰": 0.1}
_MEMORY = {"mb": 1.0, "kb": 1e-3, "gb": 1e3, "tb": 1e6}
_SPEED = {"km/h": 1.0, "kmh": 1.0, "kph": 1.0, "m/s": 3.6, "mph": 1.609344}
_HEAT = {"°c": 1.0, "c": 1.0, "°f": 5 / 9, "f": 5 / 9, "k": 1.0}
_MAGNITUDE = {PLAIN_NUMBER: 1.0, "k": 1e3, "tsd": 1e3, "thousand": 1e3, "million": 1e6}
_MAGNITUDE |= {"mio": 1e6, "mn": 1e6, "m": 1e6, "bn": 1e9, "b": 1e9, "billion": 1e9}
_FAMILIES: tuple[Mapping[str, float], ...] = (
    *(_MASS, _LENGTH, _AREA, _VOLUME, _TIME, _CALENDAR, _SHARE, _MEMORY, _SPEED, _HEAT),
    _MAGNITUDE,
)
_ZERO_POINT = {"°c": 0.0, "c": 0.0, "°f": -160 / 9, "f": -160 / 9, "k": -273.15}  # in °C
_SURE_MAGNITUDES = _MAGNITUDE.keys() - {"m", "b", PLAIN_NUMBER}  # "m" is also the metre

#: Signs of money and the codes that mean the same.
MONEY = {"€": "eur", "$": "usd", "£": "gbp", "¥": "jpy", "₹": "inr", "₽": "rub"}
_MONEY_CODES = frozenset(
    {*MONEY.values(), *("chf", "cny", "sek", "nok", "dkk", "pln", "czk", "cad", "aud")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """How numbers of one unit become numbers of another: value × factor + offset."""

    factor: float = 1.0
    offset: float = 0.0


def is_money(unit: str) -> bool:
    """Whether a unit is a sign or code of money.

    Example:
        >>> is_money("€"), is_money("kg")
        (True, False)
    """
    return MONEY.get(unit, unit) in _MONEY_CODES


def base_unit(counts: Mapping[str, int], *, has_money: bool = False) -> str | None:
    """The unit in which the numbers of a column are kept.

    Args:
        counts: Units in lower case with their counts, most frequent first; "" for cells
            without one.
        has_money: Whether signs of money stand before the numbers.

    Returns:
        The most frequent unit, `PLAIN_NUMBER` for numbers written short, None without units.

    Example:
        >>> base_unit({"kg": 20, "g": 3}), base_unit({"": 9, "k": 3})
        ('kg', '1')
    """
    units = [unit for unit in counts if unit]
    measures = [unit for unit in units if not is_money(unit)]
    sure = has_money or any(unit in _SURE_MAGNITUDES for unit in measures)
    if measures and sure and all(unit in _MAGNITUDE for unit in measures):
        return PLAIN_NUMBER
    return units[0] if units else None


def conversion(unit: str, base: str | None) -> Conversion | None:
    """How numbers of a unit become numbers of the base unit; None where that is not known.

    A cell without a unit counts as one of the base unit.

    Args:
        unit: A unit in lower case, or "".
        base: The unit in which the column is kept.

    Example:
        >>> conversion("g", "kg").factor, conversion("box", "kg")
        (0.001, None)
        >>> heat = conversion("°f", "°c")
        >>> round(212 * heat.factor + heat.offset, 6)
        100.0
    """
    unit, base = MONEY.get(unit, unit), MONEY.get(base or "", base)
    short_money = base == PLAIN_NUMBER and is_money(unit)
    if unit in ("", base) or base is None or short_money:
        return Conversion()
    for family in _FAMILIES:
        if unit in family and base in family:
            factor = family[unit] / family[base]
            offset = 0.0
            if family is _HEAT:
                offset = (_ZERO_POINT[unit] - _ZERO_POINT[base]) / family[base]
            return Conversion(factor=factor, offset=offset)
    return None
