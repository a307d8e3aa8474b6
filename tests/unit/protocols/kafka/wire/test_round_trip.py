"""What is encoded comes back as it was, in every API and version, whoever calls."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.codec import decode, encode
from hubbub.protocols.kafka.wire.generated.consumer_protocol import ASSIGNMENT, SUBSCRIPTION
from tests.unit.protocols.kafka.wire.samples import APIS, both, sample, values, versions

MESSAGES = {message.struct.__name__: message for name in APIS for message in both(name)}
MESSAGES |= {message.struct.__name__: message for message in (SUBSCRIPTION, ASSIGNMENT)}
messages = pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)


@messages
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_message_comes_back_as_it_was(message: Any, data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(versions(message)))
    value = data.draw(values(message, version))
    octets = b"".join(encode(message, version, value))
    assert decode(message, version, octets, 0, len(octets)) == (value, len(octets))


@messages
def test_every_version_comes_back_as_it_was_from_within_a_larger_buffer(message: Any) -> None:
    for version in versions(message):
        for seed in range(4):
            value = sample(message, version, Random(seed))
            octets = b"".join(encode(message, version, value))
            buffer = memoryview(bytearray(b"before" + octets + b"behind"))
            assert decode(message, version, buffer, 6, 6 + len(octets)) == (value, len(octets))


@messages
def test_a_message_of_defaults_is_encoded_by_every_version(message: Any) -> None:
    for version in versions(message):
        octets = b"".join(encode(message, version, message.struct()))
        assert decode(message, version, octets, 0, len(octets)) == (message.struct(), len(octets))


@messages
def test_a_message_cut_short_is_malformed_wherever_the_cut_is(message: Any) -> None:
    version = message.max_version
    octets = b"".join(encode(message, version, sample(message, version, Random(1))))
    for cut in range(0, len(octets), 1 + len(octets) // 60):
        with pytest.raises(Malformed):
            decode(message, version, octets, 0, cut)


@messages
def test_versions_that_do_not_exist_are_refused(message: Any) -> None:
    for version in (message.min_version - 1, message.max_version + 1):
        with pytest.raises(ValueError, match=f"{message.struct.__name__} has no version {version}"):
            encode(message, version, message.struct())
        with pytest.raises(ValueError, match=f"{message.struct.__name__} has no version {version}"):
            decode(message, version, b"", 0, 0)
