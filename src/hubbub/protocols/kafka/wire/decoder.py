"""Writes decoders: one function per message and version that turns octets into the message's struct.

A decoder takes a buffer, where the message starts and where its frame ends; it gives the struct and how
many octets it used. It raises ``Malformed`` for anything the version does not allow. Every length and count
is checked against the octets that are left before anything is made of it, an array's count against the
least its elements can take. Tagged fields that nobody knows are skipped. ``bytes`` are copied out,
``records`` are views of the buffer.
"""

import struct
from typing import Final, cast

import msgspec

from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire import primitives
from hubbub.protocols.kafka.wire.primitives import FORMATS, SIZES
from hubbub.protocols.kafka.wire.schema import Decode, Field, Kind, M, Message, within
from hubbub.protocols.kafka.wire.source import Source

OBJECTS: Final[dict[str, object]] = {
    "Malformed": Malformed,
    "StructError": struct.error,
    "misfit": primitives.misfit,
    "rest": primitives.uvarint_rest,
    "skip_tags": primitives.skip_tags,
    "unpack_from": struct.unpack_from,
}


def compile_decoder(message: Message[M], version: int) -> Decode[M]:
    """The decoder of one version, made now and kept; ``ValueError`` for a version that does not exist."""
    if not message.min_version <= version <= message.max_version:
        raise ValueError(f"{message.struct.__name__} has no version {version}")
    made = write_decoder(message, version).function("decode", f"{message.struct.__name__} v{version} decoder")
    decoder = cast("Decode[M]", made)
    message.decoders[version] = decoder
    return decoder


def write_decoder(message: Message[M], version: int) -> Source:
    """The source of one version's decoder."""
    writer = Writer(message, version)
    source, title = writer.source, writer.title
    with source.block("def decode(buffer, offset, end)"):
        if writer.views:
            with source.block("if buffer.__class__ is not memoryview"):
                source.line("buffer = memoryview(buffer)")
            source.line("buf = buffer[offset:end]")
        else:
            source.line("buf = buffer[offset:end]")
            with source.block("if buf.__class__ is not bytes"):
                source.line("buf = bytes(buf)")
        source.line("pos = 0")
        source.line("end = len(buf)")
        with source.block("try"):
            made = writer.struct(message.struct)
            writer.flush()
            source.line(f"return {made}, pos")
        with source.block("except (IndexError, StructError)"):
            source.line(f'raise Malformed("{title} ends too early", pos) from None')
        with source.block("except UnicodeDecodeError as wrong"):
            source.line(
                f'raise Malformed(f"{title} holds text that is not UTF-8: {{wrong.reason}}", pos) from None'
            )
    return source


class Writer:
    """One decoder being written; what is ``pending`` is read with one call when something else follows."""

    __slots__ = ("flexible", "message", "pending", "source", "title", "version", "views")

    def __init__(self, message: Message[M], version: int) -> None:
        self.message: Final = message
        self.version: Final = version
        self.title: Final = f"{message.struct.__name__} v{version}"
        self.flexible: Final = version >= message.flexible_from
        self.views: Final = any(
            field.kind == "records" for layout in message.layouts.values() for field in layout
        ) and holds_records(message, message.struct)
        self.source: Final = Source(OBJECTS)
        self.pending: Final[list[tuple[str, str]]] = []

    def struct(self, kind: type[msgspec.Struct]) -> str:
        """Reads a struct's fields; gives the expression that builds it, valid after the next ``flush``."""
        self.source.share(kind.__name__, kind)
        values: dict[str, str] = {}
        tagged: dict[str, Field] = {}
        for field in self.message.layouts[kind]:
            if within(field.versions, self.version):
                values[field.name] = variable = self.source.fresh(field.name)
                if field.tag < 0:
                    self._field(field, variable)
                else:
                    tagged[variable] = field
        if self.flexible:
            self._tags(kind, tagged)
        arguments = [
            values.get(name) or self._default(kind, name, default)
            for name, default in zip(kind.__struct_fields__, kind.__struct_defaults__, strict=True)
        ]
        while arguments and kind.__struct_fields__[len(arguments) - 1] not in values:
            arguments.pop()
        return f"{kind.__name__}({', '.join(arguments)})"

    def _default(self, kind: type[msgspec.Struct], name: str, value: object) -> str:
        if isinstance(value, msgspec.Struct):
            return self.source.share(f"{kind.__name__}_{name}", value)
        return repr(value)

    def _field(self, field: Field, variable: str) -> None:
        nullable = within(field.null, self.version)
        if field.many:
            self._array(field, variable, nullable=nullable)
        elif field.kind in FORMATS:
            self.pending.append((FORMATS[str(field.kind)], variable))
        elif isinstance(field.kind, str):
            self._octets(field.kind, field.name, variable, nullable=nullable)
        elif nullable:
            self._nullable_struct(field.kind, variable)
        else:
            made = self.struct(field.kind)
            self.flush()
            self.source.line(f"{variable} = {made}")

    def _nullable_struct(self, kind: type[msgspec.Struct], variable: str) -> None:
        """A struct behind an octet that is negative where the struct is null."""
        self.pending.append(("b", "n"))
        self.flush()
        with self.source.block("if n < 0"):
            self.source.line(f"{variable} = None")
        with self.source.block("else"):
            made = self.struct(kind)
            self.flush()
            self.source.line(f"{variable} = {made}")

    def flush(self) -> None:
        """Reads all pending fields of fixed size at once."""
        if not self.pending:
            return
        code = "".join(code for code, _ in self.pending)
        if code == "B":
            self.source.line(f"{self.pending.pop()[1]} = buf[pos]")
            self.source.line("pos += 1")
            return
        layout = struct.Struct(">" + code)
        unpack = self.source.share("unpack_" + code.replace("?", "_"), layout.unpack_from)
        targets = ", ".join(variable for _, variable in self.pending)
        self.source.line(f"{targets}{',' if len(self.pending) == 1 else ''} = {unpack}(buf, pos)")
        self.source.line(f"pos += {layout.size}")
        self.pending.clear()

    def _count(self) -> None:
        """Reads an array's count into ``n``: -1 is null."""
        if not self.flexible:
            self.pending.append(("i", "n"))
            self.flush()
            return
        self._uvarint("n")
        self.source.line("n -= 1")

    def _uvarint(self, variable: str) -> None:
        self.pending.append(("B", variable))
        self.flush()
        with self.source.block(f"if {variable} > 127"):
            self.source.line(f"{variable}, pos = rest(buf, pos, {variable})")

    def _octets(self, kind: str, name: str, variable: str, *, nullable: bool) -> None:
        """Reads a string, bytes or records."""
        if self.flexible:
            self._uvarint("n")
            self._compact_octets(kind, name, variable, nullable=nullable)
            return
        self.pending.append(("h" if kind == "string" else "i", "n"))
        self.flush()
        self.source.line("stop = pos + n")
        if nullable:
            with self.source.block("if n == -1"):
                self.source.line(f"{variable} = None")
                self.source.line("stop = pos")
        with self.source.block(f"{'elif' if nullable else 'if'} n < 0 or stop > end"):
            self.source.line(f'raise misfit("{self.title}: {name}", n, pos, end)')
        if nullable:
            with self.source.block("else"):
                self.source.line(f"{variable} = {self._cut(kind)}")
        else:
            self.source.line(f"{variable} = {self._cut(kind)}")
        self.source.line("pos = stop")

    def _compact_octets(self, kind: str, name: str, variable: str, *, nullable: bool) -> None:
        """The same behind a length in ``n`` that counts one more than there is, 0 being null."""
        if nullable:
            with self.source.block("if n"):
                self._compact_octets(kind, name, variable, nullable=False)
            with self.source.block("else"):
                self.source.line(f"{variable} = None")
            return
        self.source.line("stop = pos + n - 1")
        with self.source.block("if not n or stop > end"):
            self.source.line(f'raise misfit("{self.title}: {name}", n - 1, pos, end)')
        self.source.line(f"{variable} = {self._cut(kind)}")
        self.source.line("pos = stop")

    def _cut(self, kind: str) -> str:
        if kind == "records":
            return "buf[pos:stop]"
        if kind == "string":
            return "buf[pos:stop].tobytes().decode()" if self.views else "buf[pos:stop].decode()"
        return "buf[pos:stop].tobytes()" if self.views else "buf[pos:stop]"

    def _array(self, field: Field, variable: str, *, nullable: bool) -> None:
        self._count()
        least = self._least(field.kind)
        if nullable:
            with self.source.block("if n == -1"):
                self.source.line(f"{variable} = None")
        span = "n" if least == 1 else f"n * {least}"
        with self.source.block(f"{'elif' if nullable else 'if'} n < 0 or {span} > end - pos"):
            self.source.line(f'raise misfit("{self.title}: {field.name}", n, pos, end)')
        if not nullable:
            self._elements(field, variable)
            return
        with self.source.block("else"):
            self._elements(field, variable)

    def _elements(self, field: Field, variable: str) -> None:
        """Reads ``n`` elements into a tuple."""
        if field.kind in FORMATS and field.kind != "uuid":
            self.source.line(f'{variable} = unpack_from(f">{{n}}{FORMATS[str(field.kind)]}", buf, pos)')
            self.source.line(
                f"pos += {'n' if SIZES[str(field.kind)] == 1 else f'n * {SIZES[str(field.kind)]}'}"
            )
            return
        items = self.source.fresh("items")
        self.source.line(f"{items} = []")
        with self.source.block("for _ in range(n)"):
            if isinstance(field.kind, str):
                element = self.source.fresh("element")
                self._field(Field(field.name, field.kind, field.versions), element)
            else:
                element = self.struct(field.kind)
            self.flush()
            self.source.line(f"{items}.append({element})")
        self.source.line(f"{variable} = tuple({items})")

    def _least(self, kind: Kind) -> int:
        """How few octets such a value can take in this version."""
        if isinstance(kind, str):
            if kind in SIZES:
                return SIZES[kind]
            return 1 if self.flexible else 2 if kind == "string" else 4
        total = 1 if self.flexible else 0
        for field in self.message.layouts[kind]:
            if field.tag >= 0 or not within(field.versions, self.version):
                continue
            if field.many:
                total += 1 if self.flexible else 4
            elif not isinstance(field.kind, str) and within(field.null, self.version):
                total += 1
            else:
                total += self._least(field.kind)
        return total

    def _tags(self, kind: type[msgspec.Struct], tagged: dict[str, Field]) -> None:
        """Reads the tagged fields at a struct's end: those that are known, in whatever order they come."""
        for variable, field in tagged.items():
            place = kind.__struct_fields__.index(field.name)
            value = kind.__struct_defaults__[place]
            self.source.line(f"{variable} = {self._default(kind, field.name, value)}")
        self.pending.append(("B", "n"))
        self.flush()
        if not tagged:
            with self.source.block("if n"):
                self.source.line("pos = skip_tags(buf, pos, n, end)")
            return
        tag, behind = self.source.fresh("tag"), self.source.fresh("behind")
        with self.source.block("if n"):
            with self.source.block("if n > 127"):
                self.source.line("n, pos = rest(buf, pos, n)")
            with self.source.block("if n * 2 > end - pos"):
                self.source.line(f'raise misfit("{self.title}: tagged fields", n, pos, end)')
            with self.source.block("for _ in range(n)"):
                self._uvarint(tag)
                self._uvarint("n")
                self.source.line(f"{behind} = pos + n")
                with self.source.block(f"if {behind} > end"):
                    self.source.line(f'raise misfit(f"{self.title}: tagged field {{{tag}}}", n, pos, end)')
                for order, (variable, field) in enumerate(tagged.items()):
                    with self.source.block(f"{'elif' if order else 'if'} {tag} == {field.tag}"):
                        self._field(field, variable)
                        self.flush()
                        with self.source.block(f"if pos != {behind}"):
                            self.source.line(
                                f'raise Malformed("{self.title}: {field.name} does not fill its tag", pos)'
                            )
                self.source.line(f"pos = {behind}")


def holds_records(message: Message[M], kind: type[msgspec.Struct]) -> bool:
    """Whether record batches stand anywhere below a struct: then the buffer must be cut without a copy."""
    return any(
        field.kind == "records" or (not isinstance(field.kind, str) and holds_records(message, field.kind))
        for field in message.layouts[kind]
    )
