"""The page: boxes, texts and lines with their places, in pixels; what is in a box knows the box."""

from __future__ import annotations

from dataclasses import dataclass, field

from roastery.graph.layout.measure import fit, width


@dataclass(frozen=True, kw_only=True)
class Rect:
    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def middle(self) -> float:
        return self.y + self.h / 2

    def holds(self, other: Rect) -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def meets(self, other: Rect) -> bool:
        """They have more than an edge in common."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )


@dataclass(frozen=True, kw_only=True)
class Face:
    """How a kind of text is set; `line` is the height of its line."""

    style: str
    size: float
    line: float
    mono: bool = False
    bold: bool = False
    centred: bool = False


HEADING = Face(style="heading", size=20, line=28, bold=True)
SECTION = Face(style="section", size=14, line=20, bold=True)
TITLE = Face(style="title", size=13, line=17, bold=True)
NAME = Face(style="name", size=12, line=16, mono=True)
DETAIL = Face(style="detail", size=12, line=16)
ALARM = Face(style="alarm", size=12, line=16, bold=True)
TAG = Face(style="tag", size=11, line=14, bold=True, centred=True)


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle; `count` resources of the state are drawn by it, `frame` holds other boxes."""

    rect: Rect
    style: str
    title: str
    frame: bool = False
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Text:
    """One line; `x`, `y`: where its baseline starts, or its middle if centred; `box`: the one it is in."""

    x: float
    y: float
    text: str
    face: Face
    box: int | None

    @property
    def rect(self) -> Rect:
        """The place it may take in the widest of fonts."""
        wide = width(self.text, self.face.size, mono=self.face.mono, bold=self.face.bold)
        left = self.x - wide / 2 if self.face.centred else self.x
        return Rect(x=left, y=self.y - self.face.size * 0.8, w=wide, h=self.face.size)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A line from box to box through its points, with an arrow head at its end."""

    points: tuple[tuple[float, float], ...]
    style: str
    title: str
    start: int
    end: int


@dataclass(kw_only=True)
class Scene:
    """Everything on the page, in the order in which it is painted."""

    width: float
    height: float = 0
    title: str = ""
    description: str = ""
    boxes: list[Box] = field(default_factory=list[Box])
    texts: list[Text] = field(default_factory=list[Text])
    links: list[Link] = field(default_factory=list[Link])

    def box(self, rect: Rect, style: str, title: str, *, frame: bool = False, count: int = 0) -> int:
        """Paints a box; its number."""
        self.boxes.append(Box(rect=rect, style=style, title=title, frame=frame, count=count))
        return len(self.boxes) - 1

    def reserve(self) -> int:
        """The number of a box whose size is known only when all in it has its place."""
        return self.box(Rect(x=0, y=0, w=0, h=0), "", "")

    def settle(self, number: int, box: Box) -> None:
        """The reserved box after all."""
        self.boxes[number] = box

    def text(self, x: float, y: float, text: str, face: Face, *, box: int | None, limit: float) -> float:
        """Writes one line whose top is at `y`, cut to `limit`; the top of the next one."""
        short = fit(text, limit, face.size, mono=face.mono, bold=face.bold)
        baseline = y + face.line / 2 + face.size * 0.35
        self.texts.append(Text(x=x, y=round(baseline, 1), text=short, face=face, box=box))
        return y + face.line

    def link(
        self, points: list[tuple[float, float]], style: str, title: str, *, start: int, end: int
    ) -> None:
        """Draws a line."""
        self.links.append(Link(points=tuple(points), style=style, title=title, start=start, end=end))
