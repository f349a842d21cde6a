"""Reading XES, the XML of process mining, as a stream: no tree, no document type, no entity."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingestion.sources.files import OpenText, TextFile
from ingestion.sources.limits import ROW_CHARACTERS, BundleError

BLOCK_BYTES = 1 << 20
# XES nests lists in lists; a file that goes on like this has nothing to say.
DEEPEST = 100
ATTRIBUTES = {"string", "date", "int", "float", "boolean", "id"}

Event = dict[str, str]


class XesError(Exception):
    """What no event log holds."""


@dataclass
class XesTarget:
    """Takes what the parser finds: events with the attributes of their trace as `case:...`."""

    events: list[Event] = field(default_factory=list)
    trace: Event | None = None
    event: Event | None = None
    depth: int = 0
    # How deep the trace or event is whose attributes are read; those below are nested ones.
    owner_depth: int = 0
    elements: int = 0

    def doctype(self, name: str, public_id: str | None, system: str | None) -> None:
        """Refuse a document type: it alone could define entities."""
        raise XesError("it declares a document type, as no event log does")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a trace, an event or an attribute."""
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST:
            raise XesError(f"it nests more than {DEEPEST} deep")
        name = tag.rpartition("}")[2]
        if name == "trace":
            self.trace, self.owner_depth = {}, self.depth
        elif name == "event":
            self.event, self.owner_depth = dict(self.trace or {}), self.depth
        elif name in ATTRIBUTES and self.depth == self.owner_depth + 1:
            self.note(attributes.get("key", "").lower(), attributes.get("value", ""))

    def note(self, key: str, value: str) -> None:
        """Note an attribute of the event, or of the trace."""
        if self.event is not None:
            self.event[key] = value
        elif self.trace is not None:
            self.trace[f"case:{key}"] = value

    def end(self, tag: str) -> None:
        """End a trace or an event."""
        name = tag.rpartition("}")[2]
        if name == "event" and self.event is not None:
            self.events.append(self.event)
            self.event, self.owner_depth = None, self.depth - 1
        elif name == "trace":
            self.trace, self.owner_depth = None, 0
        self.depth -= 1

    def take(self) -> list[Event]:
        """Hand over the events that have ended."""
        taken, self.events = self.events, []
        return taken


@dataclass(frozen=True)
class XesFile(TextFile):
    """A file of XES, gzipped when its name ends in .gz."""

    def read_events(self) -> Iterator[tuple[int, Event]]:
        """Yield the events, each with the line that it ends about.

        Raises BundleError where the file is no sound XML, or holds what no log does.
        """
        target = XesTarget()
        parser = ElementTree.XMLParser(target=target)
        with self.open_text() as opened:
            try:
                for line, block in self.read_blocks(opened, target):
                    parser.feed(block)
                    for event in target.take():
                        yield line, event
                parser.close()
            except ElementTree.ParseError as error:
                raise BundleError(f"{self.path.name} is not sound XML: {error}.") from error
            except XesError as error:
                raise BundleError(f"{self.path.name} is refused: {error}.") from error

    def read_blocks(self, opened: OpenText, target: XesTarget) -> Iterator[tuple[int, bytes]]:
        """Yield the file in blocks, each with the lines up to its end."""
        line, waiting, elements = 1, 0, 0
        while block := opened.plain.read(BLOCK_BYTES):
            line += block.count(b"\n")
            self.note_position(opened, line)
            waiting = waiting + len(block) if elements == target.elements else len(block)
            elements = target.elements
            if waiting > ROW_CHARACTERS:
                raise XesError(f"no element ends in the {waiting:,} bytes up to line {line:,}")
            yield line, block
