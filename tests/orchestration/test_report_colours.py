"""The colours of reports are told apart by everybody, on white and in the dark."""

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pytest

from orchestration.reports import page

# Machado, Oliveira and Fernandes (2009): how linear RGB looks at full severity.
EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
STATES = ("on-track", "at-risk", "breached")
# A difference in CIELAB of about 2 can just be seen; areas side by side want ten times that.
CLEARLY_APART = 20
VISIBLE = 2.8


def read_scheme(number: int) -> dict[str, str]:
    """The colours of the page: 0 in the light, 1 in the dark."""
    text, _, _ = page.open_templates().loader.get_source(  # type: ignore[union-attr]
        page.open_templates(), "report.html"
    )
    schemes = [dict(re.findall(r"--([a-z-]+): (#\w{6})", part)) for part in text.split(":root {")]
    return [scheme for scheme in schemes if "on-track" in scheme][number]


def to_linear(colour: str) -> np.ndarray:
    """sRGB as light."""
    values = np.array([int(pair, 16) for pair in re.findall("..", colour[1:])]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def to_lab(light: np.ndarray) -> np.ndarray:
    """CIELAB of light under D65."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    scaled = to_xyz @ np.clip(light, 0, 1) / np.array([0.9505, 1, 1.089])
    root = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def measure_contrast(colours: Sequence[str]) -> float:
    """WCAG's contrast of two colours."""
    lights = sorted(to_linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in colours)
    ((dark, bright),) = pairwise(lights)
    return float((bright + 0.05) / (dark + 0.05))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", EYES)
def test_states_are_told_apart(scheme: int, eyes: str) -> None:
    colours = read_scheme(scheme)
    seen = {state: to_lab(EYES[eyes] @ to_linear(colours[state])) for state in STATES}
    for first, second in combinations(STATES, 2):
        assert np.linalg.norm(seen[first] - seen[second]) > CLEARLY_APART, (first, second)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_states_stand_out_from_their_card(scheme: int) -> None:
    colours = read_scheme(scheme)
    for state in (*STATES, "plain"):
        assert measure_contrast((colours[state], colours["card"])) > VISIBLE
