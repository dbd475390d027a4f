"""State machines as pictures: those of docs/reference/states.md, drawn as inline SVG.

States stand below each other in their own order. A step to the next one is an arrow between them;
others are curves, forward ones on the right, backward ones on the left.
"""

import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "states.md"

_STEP = re.compile(r"^    (\w+) --> (\w+)$", re.MULTILINE)
_NAME = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)

_ROW = 56  # pixels from state to state
_BOX = (300, 36)
_LANE = 11  # by which a curve goes out for each state that it passes
_MARGIN = 6
_STYLE = (
    ".b{fill:#fff;stroke:#98a2b3}.s{fill:#e6f4f1;stroke:#0f766e}.e{fill:#f5f6f8;stroke:#98a2b3}"
    ".m{fill:none;stroke:#475467;stroke-width:1.3}.r{stroke:#b54708}"
    "text{font:13px system-ui,'PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif;"
    "fill:#1c2430}.c{font:11px ui-monospace,Menlo,Consolas,monospace;fill:#667085}"
)


@dataclass(frozen=True)
class Machine:
    """`names` of each state: in English, in Chinese; `steps` leave out those to itself."""

    name: str
    names: dict[str, tuple[str, str]]
    steps: tuple[tuple[str, str], ...]
    source: str


@cache
def machines() -> dict[str, Machine]:
    """All of the page, by name."""
    found = {}
    for section in PAGE.read_text("utf-8").split("\n## ")[1:]:
        name = section.partition("\n")[0]
        steps = [step for step in _STEP.findall(section) if step[0] != step[1]]
        names = {state: (en, zh) for state, en, zh in _NAME.findall(section)}
        source = section[section.index("```mermaid") :].partition("\n```\n")[0] + "\n```"
        found[name] = Machine(name, names, tuple(steps), source)
    return found


def drawing(machine: Machine, *, chinese: bool) -> str:
    """An SVG of the machine."""
    states = list(machine.names)
    place = {state: number for number, state in enumerate(states)}
    leads_on = {step[0] for step in machine.steps}
    spans = [place[to] - place[start] for start, to in machine.steps]
    left = _MARGIN + 24 + _LANE * max([-span for span in spans if span < 0], default=0)
    right = 24 + _LANE * max([span for span in spans if span > 1], default=0)
    width, height = left + _BOX[0] + right + _MARGIN, _ROW * len(states)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-label="{html.escape(machine.name)}">'
        f"<style>{_STYLE}</style>"
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
        ' orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="context-stroke"/>'
        "</marker></defs>"
    ]
    for start, to in machine.steps:
        parts.append(_step(place[start], place[to], left))
    for state, number in place.items():
        kind = "s" if number == 0 else "b" if state in leads_on else "e"
        name = html.escape(machine.names[state][chinese])
        x, y = left, number * _ROW + 8
        parts.append(
            f'<rect class="{kind}" x="{x}" y="{y}" width="{_BOX[0]}" height="{_BOX[1]}" rx="8"/>'
            f'<text x="{x + 12}" y="{y + 16}">{name}</text>'
            f'<text class="c" x="{x + 12}" y="{y + 30}">{state}</text>'
        )
    return "".join([*parts, "</svg>"])


def _step(start: int, to: int, left: int) -> str:
    """Curves leave below the middle of a state's side and arrive above it."""
    if to == start + 1:
        x, y = left + _BOX[0] // 2, start * _ROW + 8 + _BOX[1]
        return f'<path class="m" d="M{x} {y}V{to * _ROW + 7}" marker-end="url(#a)"/>'
    y1, y2 = (number * _ROW + 8 + _BOX[1] // 2 for number in (start, to))
    if to > start:
        x, out, kind = left + _BOX[0], 24 + _LANE * (to - start), "m"
        y1, y2, bend = y1 + 8, y2 - 8, left + _BOX[0] + out
    else:
        x, out, kind = left, 24 + _LANE * (start - to), "m r"
        y1, y2, bend = y1 - 8, y2 + 8, left - out
    return (
        f'<path class="{kind}" d="M{x} {y1}C{bend} {y1} {bend} {y2} {x} {y2}"'
        ' marker-end="url(#a)"/>'
    )
