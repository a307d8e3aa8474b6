"""Partitions as the Java client gives them; the hashes of the Java client's own test, and kafka-python as a second opinion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner import murmur2 as oracle

from hubbub.octets.murmur2 import murmur2, partition_for

JAVA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize("key", JAVA)
def test_hashes_are_those_of_the_java_client(key: bytes) -> None:
    assert murmur2(key) == JAVA[key] & 0xFFFFFFFF


@given(st.binary(max_size=40), st.integers(1, 64))
def test_partitions_agree_with_kafka_python(key: bytes, partitions: int) -> None:
    assert partition_for(key, partitions) == (oracle(key) & 0x7FFFFFFF) % partitions
    assert partition_for(memoryview(key), partitions) == partition_for(bytearray(key), partitions)
