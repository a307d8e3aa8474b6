"""Message sets v0 and v1: read from old producers and written for old fetchers; kafka-python is the second opinion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.record.legacy_records import LegacyRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords

from hubbub.octets.batch import CONTROL, Corrupt, Entry, build, check_batch, records
from hubbub.octets.legacy import from_batches, is_message_set, to_batch
from hubbub.octets.malformed import Malformed

ENTRIES = st.lists(
    st.builds(
        Entry, st.integers(0, 2**45), st.none() | st.binary(max_size=30), st.none() | st.binary(max_size=30)
    ),
    min_size=1,
    max_size=8,
)


def message_set(entries: list[Entry], magic: int, compression: int) -> bytes:
    builder = LegacyRecordBatchBuilder(magic, compression, 1 << 20)
    for offset, entry in enumerate(entries):
        builder.append(offset, entry.timestamp, entry.key, entry.value)
    return bytes(builder.build())


@given(ENTRIES, st.integers(0, 1), st.integers(0, 3))
def test_old_message_sets_become_one_sound_batch(entries: list[Entry], magic: int, compression: int) -> None:
    old = message_set(entries, magic, compression)
    assert is_message_set(old)
    batch = to_batch(memoryview(old))
    assert check_batch(batch).count == len(entries)
    assert not is_message_set(batch)
    assert [(e.timestamp, e.key, e.value) for e in records(batch)] == [
        (e.timestamp if magic else -1, e.key, e.value) for e in entries
    ]


@given(ENTRIES, st.integers(0, 1))
def test_old_fetchers_read_what_batches_become(entries: list[Entry], magic: int) -> None:
    batches = [build(entries, compression=1), build(entries, attributes=CONTROL)]
    found = []
    row = MemoryRecords(from_batches(batches, magic))
    while row.has_next():
        found += [(r.offset, r.timestamp, r.key, r.value) for r in row.next_batch()]
    assert found == [(i, e.timestamp if magic else None, e.key, e.value) for i, e in enumerate(entries)]


@given(ENTRIES, st.integers(0, 1), st.integers(0, 3), st.data())
def test_damage_behind_the_first_offset_is_malformed(
    entries: list[Entry], magic: int, compression: int, data: st.DataObject
) -> None:
    old = bytearray(message_set(entries[:1], magic, compression))
    at = data.draw(st.integers(12, len(old) - 1))
    old[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Malformed):
        to_batch(old)


@given(ENTRIES, st.integers(0, 1), st.integers(1, 20))
def test_an_unfinished_message_is_malformed(entries: list[Entry], magic: int, cut: int) -> None:
    with pytest.raises(Malformed):
        to_batch(message_set(entries, magic, 0)[:-cut])


def test_a_wrong_checksum_is_corrupt() -> None:
    old = bytearray(message_set([Entry(1, b"k", b"v")], 1, 0))
    old[-1] ^= 1
    with pytest.raises(Corrupt):
        to_batch(old)


def test_an_empty_set_is_malformed() -> None:
    with pytest.raises(Malformed, match="without messages"):
        to_batch(b"")


def test_a_bomb_in_a_wrapper_goes_off_at_the_limit() -> None:
    old = message_set([Entry(1, None, bytes(500_000))], 1, 1)
    with pytest.raises(Malformed, match="limit"):
        to_batch(old, 10_000)
