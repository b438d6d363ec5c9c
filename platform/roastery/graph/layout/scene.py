"""The page: boxes, texts and lines with their positions in pixels; a text refers to the box it is in."""

from __future__ import annotations

from dataclasses import dataclass, field

from roastery.graph.layout.measure import fit, text_width


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

    def contains(self, other: Rect) -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def overlaps(self, other: Rect) -> bool:
        """Whether they have more than an edge in common."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )


@dataclass(frozen=True, kw_only=True)
class TextStyle:
    """Font and size of a kind of text; `line` is its line height."""

    css_class: str
    size: float
    line: float
    mono: bool = False
    bold: bool = False
    centred: bool = False


HEADING = TextStyle(css_class="heading", size=20, line=28, bold=True)
SECTION = TextStyle(css_class="section", size=14, line=20, bold=True)
TITLE = TextStyle(css_class="title", size=13, line=17, bold=True)
NAME = TextStyle(css_class="name", size=12, line=16, mono=True)
DETAIL = TextStyle(css_class="detail", size=12, line=16)
ALARM = TextStyle(css_class="alarm", size=12, line=16, bold=True)
TAG = TextStyle(css_class="tag", size=11, line=14, bold=True, centred=True)


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle that stands for `count` resources of the state; a `frame` contains other boxes."""

    rect: Rect
    css_class: str
    title: str
    frame: bool = False
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Text:
    """A line of text in box number `box`; `x`, `y`: the start of its baseline, or its middle if centred."""

    x: float
    y: float
    text: str
    style: TextStyle
    box: int | None

    @property
    def rect(self) -> Rect:
        """The area that it takes at most, in the widest of the common fonts."""
        width = text_width(self.text, self.style.size, mono=self.style.mono, bold=self.style.bold)
        left = self.x - width / 2 if self.style.centred else self.x
        return Rect(x=left, y=self.y - self.style.size * 0.8, w=width, h=self.style.size)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A line from box to box through its points, with an arrow head at its end."""

    points: tuple[tuple[float, float], ...]
    css_class: str
    title: str
    start: int
    end: int


@dataclass(kw_only=True)
class Scene:
    """Everything on the page, in the order in which it is drawn."""

    width: float
    height: float = 0
    title: str = ""
    description: str = ""
    boxes: list[Box] = field(default_factory=list[Box])
    texts: list[Text] = field(default_factory=list[Text])
    links: list[Link] = field(default_factory=list[Link])

    def add_box(self, rect: Rect, css_class: str, title: str, *, frame: bool = False, count: int = 0) -> int:
        """Adds a box and returns its number."""
        self.boxes.append(Box(rect=rect, css_class=css_class, title=title, frame=frame, count=count))
        return len(self.boxes) - 1

    def reserve_box(self) -> int:
        """Reserves the number of a box whose size is known only when its contents have been added."""
        return self.add_box(Rect(x=0, y=0, w=0, h=0), "", "")

    def fill_reserved(self, number: int, box: Box) -> None:
        """Puts a box in the place of a reserved one."""
        self.boxes[number] = box

    def add_text(
        self, x: float, y: float, text: str, style: TextStyle, *, box: int | None, limit: float
    ) -> float:
        """Adds a line whose top is at `y`, shortened to the width `limit`; returns the next line's top."""
        short = fit(text, limit, style.size, mono=style.mono, bold=style.bold)
        baseline = y + style.line / 2 + style.size * 0.35
        self.texts.append(Text(x=x, y=round(baseline, 1), text=short, style=style, box=box))
        return y + style.line

    def add_link(
        self, points: list[tuple[float, float]], css_class: str, title: str, *, start: int, end: int
    ) -> None:
        """Adds a line."""
        link = Link(points=tuple(points), css_class=css_class, title=title, start=start, end=end)
        self.links.append(link)
