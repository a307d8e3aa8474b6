"""What every engine promises of State."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.core.commit import Commit, Outcome
from hubbub.storage.ordered import Ordered
from tests.engines.words import Bench


def test_what_is_put_is_there_at_once_and_the_commit_ends_well(bench: Bench) -> None:
    state = bench.engine.state("topics")
    commit = Commit()
    state.put("a", b"1", commit)
    assert state.get("a") == b"1"
    assert bench.settle(commit) is Outcome.OK
    state.put("a", b"2", commit := Commit())
    state.delete("b", commit)
    assert bench.settle(commit) is Outcome.OK
    assert state.get("a") == b"2"
    assert state.get("b") is None


def test_purposes_do_not_meet(bench: Bench) -> None:
    bench.engine.state("one").put("k", b"1", Commit())
    assert bench.engine.state("two").get("k") is None
    assert bench.engine.state("one") is bench.engine.state("one")


def test_purposes_are_those_that_were_asked_for(bench: Bench) -> None:
    assert "topics" not in bench.engine.purposes()
    for purpose in ("topics", "groups"):
        bench.engine.state(purpose)
    assert {"groups", "topics"} <= set(bench.engine.purposes())
    assert bench.engine.purposes() == sorted(bench.engine.purposes())


def test_a_scan_is_a_snapshot_in_order_of_code_points(bench: Bench) -> None:
    state = bench.engine.state("s")
    for key in ("b", "a/2", "a/10", "ab", "a/é", "a/z", "a", "a/\U0001f600"):
        state.put(key, key.encode(), Commit())
    found = []
    for key, value in state.scan("a/"):
        assert value == key.encode()
        found.append(key)
        state.delete(key, Commit())
        state.put("a/new" + key, b"", Commit())
    assert found == ["a/10", "a/2", "a/z", "a/é", "a/\U0001f600"]
    assert [key for key, _ in state.scan("")][:2] == ["a", "a/newa/10"]


KEYS = st.text("ab/é\U0001f600", max_size=4)


@given(
    st.lists(
        st.tuples(st.just("put"), KEYS, st.binary(max_size=3))
        | st.tuples(st.just("delete"), KEYS, st.just(b""))
        | st.tuples(st.just("scan"), KEYS, st.just(b"")),
        max_size=120,
    ),
    st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_an_ordered_dict_does_as_a_plain_dict_that_is_sorted(
    steps: list[tuple[str, str, bytes]], many: bool
) -> None:
    model: dict[str, bytes] = {}
    ordered = Ordered()
    if many:
        for number in range(100):
            model[f"k{number}"] = b"v"
            ordered.put(f"k{number}", b"v")
    for verb, key, value in steps:
        if verb == "put":
            assert ordered.put(key, value) == model.get(key)
            model[key] = value
        elif verb == "delete":
            assert ordered.delete(key) == model.pop(key, None)
        else:
            assert list(ordered.scan(key)) == sorted((k, v) for k, v in model.items() if k.startswith(key))
        assert ordered.get(key) == model.get(key)
        assert len(ordered) == len(model)
    if many:
        for number in range(90):
            ordered.delete(f"k{number}")
            del model[f"k{number}"]
    assert list(ordered.scan("")) == sorted(model.items())
