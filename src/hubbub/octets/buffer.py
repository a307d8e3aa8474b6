"""What a codec reads from: anything that lends its bytes without a copy."""

from typing import TypeAlias

Buffer: TypeAlias = bytes | bytearray | memoryview
