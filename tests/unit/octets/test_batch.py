"""Record batch v2: written, read, checked, stamped and thinned out; kafka-python is the second opinion."""

from contextlib import suppress
from struct import pack_into

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder

from hubbub.octets.batch import (
    HEADER_SIZE,
    TRANSACTIONAL,
    Corrupt,
    Entry,
    Producer,
    build,
    check_batch,
    is_sound,
    read_header,
    records,
    retain,
    slices,
    split,
    stamp_append_time,
)
from hubbub.octets.crc import crc32c
from hubbub.octets.malformed import Malformed

OPTIONAL = st.none() | st.binary(max_size=80)
ENTRIES = st.lists(
    st.builds(
        Entry,
        st.integers(0, 2**45),
        OPTIONAL,
        OPTIONAL,
        st.lists(st.tuples(st.text(max_size=8), OPTIONAL), max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=20,
)
ONE = [Entry(1_000, b"k", b"v", (("h", b"x"), ("n", None)))]


def resealed(batch: bytes, at: int, form: str, value: int) -> bytes:
    """The batch with one field changed and its checksum made to fit."""
    out = bytearray(batch)
    pack_into(form, out, at, value)
    pack_into(">I", out, 17, crc32c(memoryview(out)[21:]))
    return bytes(out)


@given(ENTRIES, st.integers(0, 4))
def test_what_is_built_is_sound_and_comes_back(entries: list[Entry], compression: int) -> None:
    batch = build(entries, compression=compression, producer=Producer(7, 2, 40))
    header = check_batch(batch)
    assert (header.count, header.last_offset_delta, header.size) == (
        len(entries),
        len(entries) - 1,
        len(batch),
    )
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (7, 2, 40)
    assert header.max_timestamp == max(entry.timestamp for entry in entries)
    found = records(batch)
    assert [entry.offset for entry in found] == list(range(len(entries)))
    assert [(e.timestamp, e.key, e.value, e.headers) for e in found] == [
        (e.timestamp, e.key, e.value, e.headers) for e in entries
    ]


@given(ENTRIES, st.integers(0, 4))
def test_kafka_python_reads_what_we_write(entries: list[Entry], compression: int) -> None:
    batch = DefaultRecordBatch(build(entries, compression=compression))
    assert batch.validate_crc()
    assert [(r.offset, r.timestamp, r.key, r.value, tuple(r.headers)) for r in batch] == [
        (delta, e.timestamp, e.key, e.value, e.headers) for delta, e in enumerate(entries)
    ]


@given(ENTRIES, st.integers(0, 4))
def test_we_read_what_kafka_python_writes(entries: list[Entry], compression: int) -> None:
    builder = DefaultRecordBatchBuilder(2, compression, False, 5, 0, 9, 1 << 20)
    for delta, e in enumerate(entries):
        builder.append(delta, e.timestamp, e.key, e.value, list(e.headers))
    batch = bytes(builder.build())
    assert check_batch(batch).producer_id == 5
    assert [(e.timestamp, e.key, e.value, e.headers) for e in records(batch)] == [
        (e.timestamp, e.key, e.value, e.headers) for e in entries
    ]


@given(ENTRIES, st.integers(0, 4), st.data())
@settings(max_examples=200)
def test_a_flipped_bit_is_noticed(entries: list[Entry], compression: int, data: st.DataObject) -> None:
    batch = bytearray(build(entries, compression=compression))
    at = data.draw(st.integers(16, len(batch) - 1))
    batch[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Malformed):
        check_batch(batch)
    assert not is_sound(batch)


@given(ENTRIES, st.integers(0, 10**6))
def test_a_batch_that_is_cut_or_followed_is_corrupt(entries: list[Entry], cut: int) -> None:
    batch = build(entries)
    with pytest.raises(Malformed):
        check_batch(batch[: cut % len(batch)])
    with pytest.raises(Corrupt):
        check_batch(batch + b"\x00")


def test_offset_and_epoch_lie_outside_the_checksum() -> None:
    batch = bytearray(build(ONE))
    pack_into(">qii", batch, 0, 1234, len(batch) - 12, 5)
    header = check_batch(batch)
    assert (header.base_offset, header.epoch, header.next_offset) == (1234, 5, 1235)
    assert records(batch)[0].offset == 1234


@pytest.mark.parametrize(
    ("at", "form", "value", "reason"),
    [
        (16, ">b", 1, "magic 1"),
        (21, ">h", 5, "compression 5"),
        (57, ">i", 0, "0 records"),
        (57, ">i", 2, "delta 0"),
        (23, ">i", 4, "delta 4"),
        (23, ">i", -1, "delta -1"),
    ],
)
def test_a_sealed_batch_that_breaks_a_rule_is_malformed_but_not_corrupt(
    at: int, form: str, value: int, reason: str
) -> None:
    with pytest.raises(Malformed, match=reason) as caught:
        check_batch(resealed(build(ONE), at, form, value))
    assert not isinstance(caught.value, Corrupt)


def test_a_count_that_cannot_fit_is_refused_unread() -> None:
    batch = resealed(resealed(build(ONE), 23, ">i", 2**30), 57, ">i", 2**30 + 1)
    with pytest.raises(Malformed, match="do not fit"):
        check_batch(batch)
    with pytest.raises(Malformed, match="do not fit"):
        records(batch)


@given(ENTRIES, st.integers(0, 4), st.data())
@settings(max_examples=300)
def test_damaged_records_are_malformed_and_nothing_else(
    entries: list[Entry], compression: int, data: st.DataObject
) -> None:
    batch = bytearray(build(entries, compression=compression))
    at = data.draw(st.integers(HEADER_SIZE, len(batch) - 1))
    batch[at] = data.draw(st.integers(0, 255))
    with suppress(Malformed):
        records(batch, 100_000)


@given(ENTRIES)
def test_log_append_time_gives_all_records_one_timestamp_and_a_sound_batch(entries: list[Entry]) -> None:
    batch = stamp_append_time(memoryview(build(entries)), 4711)
    header = check_batch(batch)
    assert header.uses_log_append_time
    assert header.max_timestamp == 4711
    assert {entry.timestamp for entry in records(batch)} == {4711}
    assert [entry.value for entry in records(batch)] == [entry.value for entry in entries]


def test_attributes_say_what_they_are() -> None:
    header = check_batch(build(ONE, attributes=TRANSACTIONAL, compression=4))
    assert header.is_transactional
    assert header.compression == 4
    assert not header.is_control
    assert not header.uses_log_append_time


def test_a_header_name_that_is_not_utf_8_survives() -> None:
    entry = Entry(1, None, None, ((b"\xff\xfe".decode("utf-8", "surrogateescape"), b"v"),))
    batch = build([entry])
    assert b"\xff\xfe" in batch
    assert records(batch)[0].headers == entry.headers


@given(ENTRIES, st.integers(0, 4), st.integers(0, 2**20))
def test_retaining_some_keeps_their_offsets_and_the_range(
    entries: list[Entry], compression: int, mask: int
) -> None:
    batch = build(entries, compression=compression, producer=Producer(1, 1, 1))
    wanted = [entry for entry in records(batch) if mask >> entry.offset & 1]
    kept = retain(batch, lambda entry: bool(mask >> entry.offset & 1))
    if not wanted:
        assert kept is None
        return
    assert kept is not None
    assert is_sound(kept)
    header = read_header(kept)
    assert (header.last_offset_delta, header.count) == (len(entries) - 1, len(wanted))
    assert records(kept) == wanted
    if len(wanted) == len(entries):
        assert kept == batch


@pytest.mark.parametrize("compression", [0, 4])
def test_a_batch_can_be_read_a_slice_at_a_time(compression: int) -> None:
    batch = build([Entry(number, None, b"%d" % number) for number in range(10)], compression=compression)
    some = list(slices(batch, 4))
    assert [len(entries) for entries in some] == [4, 4, 2]
    assert [entry for entries in some for entry in entries] == records(batch)
    assert [len(entries) for entries in slices(batch, 5)] == [5, 5]


def test_what_lies_behind_the_slices_that_were_asked_for_is_not_looked_at() -> None:
    batch = build([Entry(number, None, b"%d" % number) for number in range(10)])
    some = slices(batch[:-1], 9)
    assert len(next(some)) == 9
    with pytest.raises(Malformed):
        next(some)


def test_a_row_of_batches_is_split_and_an_unfinished_one_is_malformed() -> None:
    one, two = build(ONE), build(ONE * 3)
    assert [bytes(part) for part in split(one + two)] == [one, two]
    for cut in (1, len(two) - 1, len(two) - 70):
        with pytest.raises(Malformed):
            list(split(one + two[:-cut]))


def test_a_batch_of_nothing_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="at least one"):
        build([])
