"""Writes encoders: one function per message and version that turns the message's struct into octets.

An encoder gives a list of buffers that follow each other on the wire. It is one piece of bytes, except for
messages with record batches: those stand in the list as they were handed over, between the pieces around
them. Fields that a version does not carry are left out in silence, so handlers fill in what they know;
tagged fields are sent when they differ from their default. A value that cannot be written (None in a field
that must not be null, a number too large for its field, a uuid of another length) is a mistake of the
caller and raises ``TypeError``, ``AttributeError``, ``ValueError`` or ``struct.error`` with a note that
names message and version.
"""

import struct
from typing import Final, cast

import msgspec

from hubbub.protocols.kafka.wire import primitives
from hubbub.protocols.kafka.wire.decoder import holds_records
from hubbub.protocols.kafka.wire.primitives import FORMATS
from hubbub.protocols.kafka.wire.schema import NIL, Encode, Field, M, Message, within
from hubbub.protocols.kafka.wire.source import Source

RUNS: Final = {code: primitives.Runs(code) for code in "?bhHiqd"}
"""Packers of many numbers by the code of one."""

OBJECTS: Final[dict[str, object]] = {
    "NIL": NIL,
    "StructError": struct.error,
    "not_a_uuid": primitives.not_a_uuid,
    "size": primitives.Uvarints(),
}


def compile_encoder(message: Message[M], version: int) -> Encode[M]:
    """The encoder of one version, made now and kept; ``ValueError`` for a version that does not exist."""
    if not message.min_version <= version <= message.max_version:
        raise ValueError(f"{message.struct.__name__} has no version {version}")
    title = f"{message.struct.__name__} v{version}"
    made = write_encoder(message, version).function("encode", f"{title} encoder")
    encoder = cast("Encode[M]", made)
    message.encoders[version] = encoder
    return encoder


def write_encoder(message: Message[M], version: int) -> Source:
    """The source of one version's encoder."""
    writer = Writer(message, version)
    source = writer.source
    with source.block("def encode(value)"):
        source.line("parts = []")
        source.line("w = parts.append")
        if writer.pieces:
            source.line("done = []")
        with source.block("try"):
            writer.struct(message.struct, "value")
            writer.flush()
            if source.lines[-1].endswith("try:"):
                source.line("pass")
        with source.block("except (AttributeError, TypeError, ValueError, StructError) as wrong"):
            source.line(f'wrong.add_note("while encoding {message.struct.__name__} v{version}")')
            source.line("raise")
        if writer.pieces:
            with source.block("if parts"):
                source.line('done.append(b"".join(parts))')
            source.line("return done")
        else:
            source.line('return [b"".join(parts)]')
    return source


class Writer:
    """One encoder being written; what is ``pending`` is packed with one call when something else follows."""

    __slots__ = ("flexible", "message", "pending", "pieces", "source", "version")

    def __init__(self, message: Message[M], version: int) -> None:
        self.message: Final = message
        self.version: Final = version
        self.flexible: Final = version >= message.flexible_from
        self.pieces: Final = holds_records(message, message.struct)
        self.source: Final = Source(OBJECTS)
        self.pending: Final[list[tuple[str, str]]] = []

    def struct(self, kind: type[msgspec.Struct], value: str) -> None:
        """Writes the fields of the struct that the expression ``value`` names."""
        tagged: list[Field] = []
        for field in self.message.layouts[kind]:
            if within(field.versions, self.version):
                if field.tag < 0:
                    self._field(field, f"{value}.{field.name}")
                else:
                    tagged.append(field)
        if not self.flexible:
            return
        if tagged:
            self._tags(kind, sorted(tagged, key=lambda field: field.tag), value)
        else:
            self.pending.append(("x", ""))

    def _field(self, field: Field, expression: str) -> None:
        nullable = within(field.null, self.version)
        if field.many:
            self._array(field, expression, nullable=nullable)
        elif field.kind in FORMATS:
            self._fixed(str(field.kind), field.name, expression)
        elif field.kind == "records":
            self._records(expression, nullable=nullable)
        elif isinstance(field.kind, str):
            self._octets(field.kind, expression, nullable=nullable)
        elif nullable:
            self._nullable_struct(field.kind, expression)
        else:
            variable = self.source.fresh(field.name)
            self.source.line(f"{variable} = {expression}")
            self.struct(field.kind, variable)

    def _fixed(self, kind: str, name: str, expression: str) -> None:
        """A number, a truth or a uuid. Truths are packed as numbers, since ``?`` takes None for False."""
        if kind == "uuid":
            variable = self.source.fresh(name)
            self.source.line(f"{variable} = {expression}")
            with self.source.block(f"if len({variable}) != 16"):
                self.source.line(f'raise not_a_uuid("{name}", {variable})')
            expression = variable
        self.pending.append(("b" if kind == "bool" else FORMATS[kind], expression))

    def flush(self) -> None:
        """Writes all pending fields of fixed size at once."""
        if not self.pending:
            return
        code = "".join(code for code, _ in self.pending)
        values = [value for _, value in self.pending if value]
        self.pending.clear()
        if not values:
            self.source.line(f"w({bytes(len(code))!r})")
            return
        pack = self.source.share("pack_" + code, struct.Struct(">" + code).pack)
        self.source.line(f"w({pack}({', '.join(values)}))")

    def _length(self, code: str, expression: str) -> None:
        """Writes a length or count, which stands in ``expression``; -1 is null."""
        if not self.flexible:
            self.pending.append((code, expression))
        elif not self.pending:
            self.source.line(f"w(size[{expression} + 1])")
        else:
            before = list(self.pending)
            self.source.line(f"n = {expression} + 1")
            with self.source.block("if n < 128"):
                self.pending.append(("B", "n"))
                self.flush()
            with self.source.block("else"):
                self.pending.extend(before)
                self.flush()
                self.source.line("w(size[n])")

    def _null(self, code: str) -> None:
        """Writes the length of what is null."""
        if self.flexible:
            self.pending.append(("x", ""))
        else:
            self.pending.append((code, "-1"))
        self.flush()

    def _octets(self, kind: str, expression: str, *, nullable: bool) -> None:
        code = "h" if kind == "string" else "i"
        text = self.source.fresh("text")
        made = f"{expression}.encode()" if kind == "string" else expression
        if not nullable:
            self.source.line(f"{text} = {made}")
            self._length(code, f"len({text})")
            self.flush()
            self.source.line(f"w({text})")
            return
        self.flush()
        self.source.line(f"{text} = {expression}")
        with self.source.block(f"if {text} is None"):
            self._null(code)
        with self.source.block("else"):
            if kind == "string":
                self.source.line(f"{text} = {text}.encode()")
            self._length(code, f"len({text})")
            self.flush()
            self.source.line(f"w({text})")

    def _records(self, expression: str, *, nullable: bool) -> None:
        """Ends the piece before the batches and begins the one behind them."""
        self.flush()
        self.source.line(f"batches = {expression}")
        if nullable:
            with self.source.block("if batches is None"):
                self._null("i")
            head = "elif batches.__class__ is list"
        else:
            head = "if batches.__class__ is list"
        with self.source.block(head):
            self._length("i", "sum(map(len, batches))")
            self.flush()
            self.source.line('done.append(b"".join(parts))')
            self.source.line("parts.clear()")
            self.source.line("done += batches")
        with self.source.block("else"):
            self.source.line("length = memoryview(batches).nbytes")
            self._length("i", "length")
            self.flush()
            with self.source.block("if length"):
                self.source.line('done.append(b"".join(parts))')
                self.source.line("parts.clear()")
                self.source.line("done.append(batches)")

    def _nullable_struct(self, kind: type[msgspec.Struct], expression: str) -> None:
        self.flush()
        variable = self.source.fresh("inner")
        self.source.line(f"{variable} = {expression}")
        with self.source.block(f"if {variable} is None"):
            self.pending.append(("b", "-1"))
            self.flush()
        with self.source.block("else"):
            self.pending.append(("b", "1"))
            self.struct(kind, variable)
            self.flush()

    def _array(self, field: Field, expression: str, *, nullable: bool) -> None:
        items = self.source.fresh(field.name)
        if nullable:
            self.flush()
            self.source.line(f"{items} = {expression}")
            with self.source.block(f"if {items} is None"):
                self._null("i")
            with self.source.block("else"):
                self._elements(field, items)
            return
        self.source.line(f"{items} = {expression}")
        self._elements(field, items)

    def _elements(self, field: Field, items: str) -> None:
        self._length("i", f"len({items})")
        self.flush()
        if isinstance(field.kind, str) and field.kind in FORMATS and field.kind != "uuid":
            code = FORMATS[field.kind]
            run = self.source.share(f"run_{code}", RUNS[code])
            with self.source.block(f"if {items}"):
                self.source.line(f"w({run}[len({items})](*{items}))")
            return
        element = self.source.fresh("each")
        with self.source.block(f"for {element} in {items}"):
            if isinstance(field.kind, str):
                self._field(Field(field.name, field.kind, field.versions), element)
            else:
                self.struct(field.kind, element)
            self.flush()

    def _tags(self, kind: type[msgspec.Struct], tagged: list[Field], value: str) -> None:
        """Writes the tagged fields that say something; mostly none do, and then it is one zero."""
        self.flush()
        present: list[tuple[Field, str, str]] = []
        for field in tagged:
            variable = self.source.fresh(field.name)
            self.source.line(f"{variable} = {value}.{field.name}")
            present.append((field, variable, self._says_something(kind, field, variable)))
        with self.source.block(f"if {' or '.join(condition for _, _, condition in present)}"):
            found, outer = self.source.fresh("found"), self.source.fresh("outer")
            self.source.line(f"{found} = []")
            self.source.line(f"{outer} = w")
            for field, variable, condition in present:
                with self.source.block(f"if {condition}"):
                    inner = self.source.fresh("inner")
                    self.source.line(f"{inner} = []")
                    self.source.line(f"w = {inner}.append")
                    self._field(field, variable)
                    self.flush()
                    self.source.line(f'{inner} = b"".join({inner})')
                    self.source.line(f"{found} += (size[{field.tag}], size[len({inner})], {inner})")
            self.source.line(f"w = {outer}")
            self.source.line(f"w(size[len({found}) // 3])")
            self.source.line(f'w(b"".join({found}))')
        with self.source.block("else"):
            self.source.line('w(b"\\0")')

    def _says_something(self, kind: type[msgspec.Struct], field: Field, variable: str) -> str:
        """The condition under which a tagged field differs from its default."""
        default = kind.__struct_defaults__[kind.__struct_fields__.index(field.name)]
        if default is None:
            return f"{variable} is not None"
        if field.many:
            return f"len({variable})"
        if isinstance(default, msgspec.Struct):
            name = self.source.share(f"{kind.__name__}_{field.name}", default)
            return f"({variable} is not {name} and {variable} != {name})"
        return f"{variable} != {default!r}"
