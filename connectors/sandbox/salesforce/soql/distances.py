"""Distances between two points of the earth, for DISTANCE of SOQL."""

from __future__ import annotations

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt
from typing import Any

RADIUS = {"mi": 3958.761, "km": 6371.009}
Point = tuple[float, float]


def point(value: Mapping[str, Any] | None) -> Point | None:
    """Latitude and longitude of a compound value; None where one of them is empty."""
    if value is None or value.get("latitude") is None or value.get("longitude") is None:
        return None
    return float(value["latitude"]), float(value["longitude"])


def between(here: Point, there: Point, unit: str) -> float:
    """The way along the surface, in miles ("mi") or kilometres ("km")."""
    lat, long, other_lat, other_long = map(radians, (*here, *there))
    half = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((other_long - long) / 2) ** 2
    return 2 * RADIUS[unit] * asin(min(1.0, sqrt(half)))
