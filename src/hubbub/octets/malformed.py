"""The one error of all decoders: these bytes can never become a value, however many more may come.

An unfinished frame is not an error but a value (decoders say how many bytes they used), so the two never share a type.
"""


class Malformed(ValueError):  # noqa: N818 - it names the bytes, not an accident
    """Bytes that break their format.

    ``reason`` says what was found and what the format asks for, in words fit for a log line; ``position`` counts
    octets from the start of what was being decoded, -1 where it is not known.
    """

    def __init__(self, reason: str, position: int = -1) -> None:
        super().__init__(reason if position < 0 else f"{reason} (at octet {position})")
        self.reason = reason
        self.position = position
