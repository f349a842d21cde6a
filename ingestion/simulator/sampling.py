"""Array types, and the random draws that every part of the simulator shares."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]
Generator = np.random.Generator

UUID_LENGTH = 36
UUID_DASHES = (8, 13, 18, 23)


def as_objects(values: Sequence[object]) -> Objects:
    """Put values into a one-dimensional object array, whatever they are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def flip(rng: Generator, chance: float | Floats, count: int) -> Bools:
    """Toss `count` coins that show true with this chance (one figure, or one per coin)."""
    tossed: Bools = rng.random(count) < chance
    return tossed


def choose(rng: Generator, weights: Sequence[float] | Floats, count: int) -> Ints:
    """Draw `count` indexes 0..len(weights)-1, each as often as its weight."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(edges, rng.random(count) * edges[-1], side="right")
    picked: Ints = np.minimum(drawn, len(edges) - 1).astype(np.int64)
    return picked


def draw_integers(rng: Generator, bound: int, count: int) -> Ints:
    """Draw `count` integers of 0..bound-1, all equally often."""
    return rng.integers(0, bound, count, dtype=np.int64)


def draw_below(rng: Generator, bounds: Ints) -> Ints:
    """Draw one integer of 0..bound-1 for each bound (bounds are at least 1)."""
    return (rng.random(len(bounds)) * bounds).astype(np.int64)


def draw_uuids(rng: Generator, count: int) -> Objects:
    """Draw `count` random UUIDs (version 4) in their text form."""
    octets = rng.integers(0, 256, (count, 16), dtype=np.uint8)
    octets[:, 6] = (octets[:, 6] & 0x0F) | 0x40
    octets[:, 8] = (octets[:, 8] & 0x3F) | 0x80
    text = _spell_uuids(octets).tobytes().decode("ascii")
    return as_objects(
        [text[at : at + UUID_LENGTH] for at in range(0, count * UUID_LENGTH, UUID_LENGTH)]
    )


def _spell_uuids(octets: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    spelled = np.full((len(octets), UUID_LENGTH), ord("-"), dtype=np.uint8)
    places = [place for place in range(UUID_LENGTH) if place not in UUID_DASHES]
    spelled[:, places[0::2]] = digits[octets >> 4]
    spelled[:, places[1::2]] = digits[octets & 0x0F]
    return spelled
