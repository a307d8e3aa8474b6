"""From the core's refusals to Kafka's error codes: one table.

Codes: the Kafka protocol's "Error Codes". The most specific class of a refusal decides.
"""

from enum import IntEnum
from typing import Final

from hubbub.core.commit import Outcome
from hubbub.core.errors import (
    AlreadyExists,
    Denied,
    Fenced,
    Full,
    Invalid,
    NotFound,
    OutOfRange,
    OutOfSequence,
    Refusal,
    TooLarge,
    TooMany,
    Unavailable,
    Unknown,
)
from hubbub.core.groups import refusals as groups


class Code(IntEnum):
    """The error codes that this broker sends."""

    UNKNOWN_SERVER_ERROR = -1
    NONE = 0
    OFFSET_OUT_OF_RANGE = 1
    CORRUPT_MESSAGE = 2
    UNKNOWN_TOPIC_OR_PARTITION = 3
    INVALID_FETCH_SIZE = 4
    LEADER_NOT_AVAILABLE = 5
    NOT_LEADER_OR_FOLLOWER = 6
    REQUEST_TIMED_OUT = 7
    REPLICA_NOT_AVAILABLE = 9
    MESSAGE_TOO_LARGE = 10
    OFFSET_METADATA_TOO_LARGE = 12
    COORDINATOR_LOAD_IN_PROGRESS = 14
    COORDINATOR_NOT_AVAILABLE = 15
    NOT_COORDINATOR = 16
    INVALID_TOPIC_EXCEPTION = 17
    INVALID_REQUIRED_ACKS = 21
    ILLEGAL_GENERATION = 22
    INCONSISTENT_GROUP_PROTOCOL = 23
    INVALID_GROUP_ID = 24
    UNKNOWN_MEMBER_ID = 25
    INVALID_SESSION_TIMEOUT = 26
    REBALANCE_IN_PROGRESS = 27
    INVALID_COMMIT_OFFSET_SIZE = 28
    TOPIC_AUTHORIZATION_FAILED = 29
    GROUP_AUTHORIZATION_FAILED = 30
    CLUSTER_AUTHORIZATION_FAILED = 31
    INVALID_TIMESTAMP = 32
    UNSUPPORTED_VERSION = 35
    TOPIC_ALREADY_EXISTS = 36
    INVALID_PARTITIONS = 37
    INVALID_REPLICATION_FACTOR = 38
    INVALID_REPLICA_ASSIGNMENT = 39
    INVALID_CONFIG = 40
    NOT_CONTROLLER = 41
    INVALID_REQUEST = 42
    UNSUPPORTED_FOR_MESSAGE_FORMAT = 43
    POLICY_VIOLATION = 44
    OUT_OF_ORDER_SEQUENCE_NUMBER = 45
    DUPLICATE_SEQUENCE_NUMBER = 46
    INVALID_PRODUCER_EPOCH = 47
    INVALID_TXN_STATE = 48
    INVALID_PRODUCER_ID_MAPPING = 49
    INVALID_TRANSACTION_TIMEOUT = 50
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED = 53
    SECURITY_DISABLED = 54
    KAFKA_STORAGE_ERROR = 56
    LOG_DIR_NOT_FOUND = 57
    UNKNOWN_PRODUCER_ID = 59
    REASSIGNMENT_IN_PROGRESS = 60
    NON_EMPTY_GROUP = 68
    GROUP_ID_NOT_FOUND = 69
    FETCH_SESSION_ID_NOT_FOUND = 70
    INVALID_FETCH_SESSION_EPOCH = 71
    FENCED_LEADER_EPOCH = 74
    UNKNOWN_LEADER_EPOCH = 75
    UNSUPPORTED_COMPRESSION_TYPE = 76
    STALE_BROKER_EPOCH = 77
    OFFSET_NOT_AVAILABLE = 78
    MEMBER_ID_REQUIRED = 79
    ELIGIBLE_LEADERS_NOT_AVAILABLE = 83
    ELECTION_NOT_NEEDED = 84
    NO_REASSIGNMENT_IN_PROGRESS = 85
    GROUP_SUBSCRIBED_TO_TOPIC = 86
    INVALID_RECORD = 87
    GROUP_MAX_SIZE_REACHED = 81
    FENCED_INSTANCE_ID = 82
    PRODUCER_FENCED = 90
    RESOURCE_NOT_FOUND = 91
    UNKNOWN_TOPIC_ID = 100
    TRANSACTIONAL_ID_NOT_FOUND = 105
    FETCH_SESSION_TOPIC_ID_ERROR = 106
    MISMATCHED_ENDPOINT_TYPE = 114
    UNSUPPORTED_ENDPOINT_TYPE = 115


CODES: Final[dict[type[Refusal], Code]] = {
    NotFound: Code.UNKNOWN_TOPIC_OR_PARTITION,
    AlreadyExists: Code.TOPIC_ALREADY_EXISTS,
    Invalid: Code.INVALID_REQUEST,
    TooLarge: Code.MESSAGE_TOO_LARGE,
    TooMany: Code.POLICY_VIOLATION,
    OutOfRange: Code.OFFSET_OUT_OF_RANGE,
    Full: Code.KAFKA_STORAGE_ERROR,
    Fenced: Code.INVALID_PRODUCER_EPOCH,
    OutOfSequence: Code.OUT_OF_ORDER_SEQUENCE_NUMBER,
    Unavailable: Code.KAFKA_STORAGE_ERROR,
    Denied: Code.TOPIC_AUTHORIZATION_FAILED,
    Unknown: Code.UNKNOWN_MEMBER_ID,
    Refusal: Code.UNKNOWN_SERVER_ERROR,
    groups.UnknownMember: Code.UNKNOWN_MEMBER_ID,
    groups.IdRequired: Code.MEMBER_ID_REQUIRED,
    groups.OldGeneration: Code.ILLEGAL_GENERATION,
    groups.FencedInstance: Code.FENCED_INSTANCE_ID,
    groups.Rebalancing: Code.REBALANCE_IN_PROGRESS,
    groups.Inconsistent: Code.INCONSISTENT_GROUP_PROTOCOL,
    groups.BadSessionTimeout: Code.INVALID_SESSION_TIMEOUT,
    groups.BadName: Code.INVALID_GROUP_ID,
    groups.GroupFull: Code.GROUP_MAX_SIZE_REACHED,
    groups.NotEmpty: Code.NON_EMPTY_GROUP,
    groups.NoSuchGroup: Code.GROUP_ID_NOT_FOUND,
    groups.NoteTooLong: Code.OFFSET_METADATA_TOO_LARGE,
    groups.NotKept: Code.COORDINATOR_NOT_AVAILABLE,
}

OUTCOMES: Final[dict[Outcome, Code]] = {
    Outcome.OK: Code.NONE,
    Outcome.FENCED: Code.NOT_LEADER_OR_FOLLOWER,
    Outcome.UNAVAILABLE: Code.KAFKA_STORAGE_ERROR,
}


def code(refusal: Refusal) -> Code:
    """The code for a refusal; handlers that mean something else by it say so themselves."""
    for kind in type(refusal).__mro__:
        found = CODES.get(kind)
        if found is not None:
            return found
    return Code.UNKNOWN_SERVER_ERROR
