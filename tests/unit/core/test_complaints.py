"""What goes wrong again and again has one line in ten seconds, and all of it is counted."""

import logging

import pytest

from hubbub.core.complaints import SUBJECTS, Complaints

LOG = logging.getLogger("hubbub.toy")
LINE = logging.WARNING, "%s again"


class Time:
    """A clock that stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("hubbub"), "propagate", True)
    caplog.set_level(logging.INFO, "hubbub")


def test_each_subject_is_told_of_once_in_a_while_and_then_how_often_it_came(
    time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    complaints = Complaints(time)
    for _ in range(5):
        complaints.about(LOG, "a", LINE, "a")
    complaints.about(LOG, "b", LINE, "b")
    time.now += 9.9
    complaints.about(LOG, "a", LINE, "a")
    assert caplog.messages == ["a again", "b again"]
    time.now += 0.1
    complaints.about(LOG, "a", LINE, "a")
    complaints.about(LOG, "b", LINE, "b")
    assert caplog.messages[2:] == ["a again (and 5 more like this before)", "b again"]


def test_a_subject_may_have_several_lines(time: Time, caplog: pytest.LogCaptureFixture) -> None:
    complaints = Complaints(time)
    for number in range(5):
        complaints.about(LOG, "a", LINE, number, most=3)
    assert caplog.messages == ["0 again", "1 again", "2 again"]


def test_parts_have_subjects_of_their_own(time: Time, caplog: pytest.LogCaptureFixture) -> None:
    complaints = Complaints(time)
    for part in ("hubbub.toy", "hubbub.other"):
        complaints.about(logging.getLogger(part), "a", LINE, part)
    assert caplog.messages == ["hubbub.toy again", "hubbub.other again"]


def test_subjects_without_end_take_bounded_memory(time: Time) -> None:
    complaints = Complaints(time)
    for number in range(3 * SUBJECTS):
        complaints.about(LOG, number, (logging.DEBUG, "%d"), number)
    assert len(complaints._told) <= SUBJECTS
