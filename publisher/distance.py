"""How far two positions on the Earth lie apart. Pure."""

from __future__ import annotations

import math

_EARTH_KM = 6371.0

# Latitude and longitude in degrees.
Position = tuple[float, float]


def measure_distance(one: Position, other: Position) -> float:
    """Returns the great-circle distance in kilometres."""
    a, b = math.radians(one[0]), math.radians(other[0])
    east = math.radians(one[1] - other[1])
    chord = math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(chord))
