"""The composition root: what it makes of settings."""

from hubbub.core.groups import GroupOptions
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.settings import Settings
from hubbub.wiring.cores import group_options


def test_groups_follow_the_rules_that_kafkas_section_sets() -> None:
    kafka = KafkaOptions(
        group_min_session_timeout_ms=1,
        group_max_session_timeout_ms=2,
        group_max_size=3,
        group_initial_rebalance_delay_ms=4,
        offsets_retention_minutes=5,
    )
    assert group_options(Settings(kafka=kafka)) == GroupOptions(
        min_session_timeout_ms=1,
        max_session_timeout_ms=2,
        max_members=3,
        initial_delay_ms=4,
        offset_retention_ms=5 * 60_000,
    )
