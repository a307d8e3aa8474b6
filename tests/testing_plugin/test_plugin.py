"""The plug-in as pytest loads it: fixtures, options, what a failed test shows, records, xdist; and that it stays out of the way."""

import json
import subprocess
import sys

import pytest

from tests.testing_plugin.inside import ALONE, IS_INSTALLED, NAMED, PLUGIN, alone, run, said
from tests.unit.cli.program import ROOT, environment

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _of_this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch, PYTHONPATH=str(ROOT / "src"))


def test_each_test_has_the_same_hub_as_new(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pytest
        from confluent_kafka import Consumer, Producer

        seen = set()

        @pytest.mark.parametrize("number", range(3))
        def test_it(hub, number):
            seen.add(hub.kafka.bootstrap)
            assert len(seen) == 1
            hub.expect_none("*:#").within(0)
            producer = Producer({"bootstrap.servers": hub.environment["KAFKA_BOOTSTRAP_SERVERS"]})
            producer.produce("orders", '{"id": 1}', key="order-1")
            assert producer.flush(20) == 0
            (order,) = hub.expect("kafka:orders").with_json(id=1).times(1).within(2)
            assert order.offset == 0
        """,
        "-W",
        "error",
        "--strict-markers",
        "--strict-config",
    )
    result.assert_outcomes(passed=3)


def test_what_is_expected_and_never_asked_fails_the_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(hub):
            hub.expect("kafka:orders.created").with_json(id=2)
            hub.publish("kafka:orders.created", {"id": 1})
        """,
        "-o",
        "hubbub_within=0.01",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "expected at least 1 message at kafka:orders.created with json {'id': 2} within 0.01 s; none came.",
            "  json.id: expected 2, came 1",
            '*kafka:orders.created  {"id":1}   ← nearest',
            "This was said at test_what_is_expected_and_never_asked_fails_the_test.py:2, and asked when the test ended.",
        ]
    )  # fmt: skip
    assert said(result).count("What came") == 1


@pytest.mark.parametrize("variables", [{}, {"CI": "true"}])
def test_what_is_asked_fails_at_its_line_and_shows_none_of_ours(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():  # with CI, pytest's summary has the whole of each message once more
        monkeypatch.setenv(name, value)
    result = run(
        pytester,
        """
        def test_it(hub):
            hub.publish("kafka:orders", {"id": 1})
            hub.expect("kafka:orders").with_json(id=2).within(0)
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ['>*hub.expect("kafka:orders").with_json(id=2).within(0)', "E *json.id: expected 2, came 1"]
    )
    assert "patience.py" not in said(result)
    failure, summary = said(result).split("short test summary info")
    assert failure.count("What came") == 1
    assert summary.count("What came") == len(variables)


def test_any_other_failure_shows_what_came(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(hub):
            hub.publish("mqtt:doors/front", "open")
            assert 1 + 1 == 3
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*- hubbub -*", "*mqtt:doors/front  open"])


def test_a_test_in_a_loop_awaits(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pytest

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.mark.anyio
        async def test_it(hub):
            hub.publish("kafka:orders", "x")
            assert await hub.expect("kafka:orders").within(2)
            await hub.wait.idle(quiet=0.01)

        @pytest.mark.anyio
        async def test_it_forgets(hub):
            hub.expect("kafka:orders").within(0)
        """,
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*Nothing came at all.*"])


def test_a_failed_test_leaves_a_record(pytester: pytest.Pytester) -> None:
    source = """
        import pytest

        @pytest.mark.parametrize("which", ["good", "bad/name"])
        def test_it(hub, which):
            hub.publish("kafka:orders", {"id": 1}, key="k", headers={"trace": "t"}, correlation_id="c")
            hub.publish("mqtt:octets", b"\\xff\\xfe")
            assert which == "good"
        """
    result = run(pytester, source, "--hubbub-record-dir", "records")
    result.assert_outcomes(passed=1, failed=1)
    (file,) = (pytester.path / "records").iterdir()
    assert file.name == "test_a_failed_test_leaves_a_record.py-test_it-bad-name.jsonl"
    result.stdout.fnmatch_lines([f"2 messages recorded in {file}"])
    first, second = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert (first["address"], first["key"], first["value"], first["offset"]) == (
        "kafka:orders",
        "k",
        '{"id":1}',
        0,
    )
    assert {"name": "trace", "value": "t"} in first["headers"]
    assert (second["address"], second["value_base64"]) == ("mqtt:octets", "//4=")
    assert run(pytester, source, "--hubbub-record", "never", "--hubbub-record-dir", "none").ret == 1
    assert not (pytester.path / "none").exists()
    run(pytester, source, "--hubbub-record", "always", "--hubbub-record-dir", "all")
    assert len(list((pytester.path / "all").iterdir())) == 2


def test_without_a_folder_a_record_lies_in_pytests_cache(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(hub): assert not hub.publish('kafka:orders', 'x')")
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.stdout.fnmatch_lines(["1 messages recorded in *.pytest_cache*hubbub*.jsonl"])
    assert "so name a folder" in said(run(pytester, "def test_it(hub): assert 0"))


def test_settings_come_from_a_file_a_fixture_or_a_mark(pytester: pytest.Pytester) -> None:
    (pytester.path / "hubbub.yaml").write_text(
        "kafka: {default_partitions: 5, port: 9092}\n", encoding="utf-8"
    )
    result = run(
        pytester,
        """
        import pytest

        @pytest.fixture(scope="session")
        def hubbub_settings():
            return {"mqtt": False}

        def partitions(hub):
            hub.publish("kafka:orders", "x")
            return len(hub.running.hub.inside.broker.topics.find("orders").partitions)

        def test_file_and_fixture(hub):
            assert partitions(hub) == 5
            assert hub.kafka.port != 9092
            assert "mqtt" not in hub.running.ports

        @pytest.mark.hubbub(kafka={"default_partitions": 2})
        def test_mark(hub):
            assert partitions(hub) == 2
            assert "mqtt" in hub.running.ports
        """,
        "--hubbub-config",
        "hubbub.yaml",
        "-W",
        "error",
        "--strict-markers",
    )
    result.assert_outcomes(passed=2)


def test_state_can_be_kept_between_tests(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_one(hub):
            hub.publish("kafka:orders", "x", partition=0)

        def test_two(hub):
            hub.expect_none("kafka:orders").within(0)
            assert hub.publish("kafka:orders", "x", partition=0).offset == 1
        """,
        "-o",
        "hubbub_reset=never",
    )
    result.assert_outcomes(passed=2)


def test_a_hub_in_a_process_is_for_other_languages(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pika

        def test_it(hub_process):
            assert hub_process.kafka.bootstrap == f"127.0.0.1:{hub_process.ports['kafka']}"
            with pika.BlockingConnection(pika.URLParameters(hub_process.environment["AMQP_URL"])) as connection:
                connection.channel().queue_declare("tasks")
        """,
        "-W",
        "error",
    )
    result.assert_outcomes(passed=1)


def test_what_its_process_saw_is_expected_shown_and_recorded(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pytest
        from confluent_kafka import Producer

        def produce(hub, value):
            producer = Producer({"bootstrap.servers": hub.kafka.bootstrap})
            producer.produce("orders", value)
            assert producer.flush(20) == 0

        @pytest.mark.parametrize("seen", ["one", "two"])
        def test_it(hub_process, seen):
            produce(hub_process, seen)
            hub_process.expect("kafka:orders").with_value("one").within(0)

        def test_it_owes(hub_process):
            produce(hub_process, "two")
            hub_process.expect("kafka:orders").with_value("one")

        def test_both(hub, hub_process):
            hub.publish("kafka:orders", "here")
            produce(hub_process, "there")
            assert not "anything that was expected"
        """,
        "-W",
        "error",
        "-o",
        "hubbub_within=0.01",
        "--hubbub-record-dir",
        "records",
    )
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(
        [
            "E *value: expected 'one', came 'two'",
            "*1 messages recorded in *test_it-two.jsonl",
            "*value: expected 'one', came 'two'",
            "*- hubbub -*",
            "*kafka:orders  here",
            "*- hubbub, in its process -*",
            "*kafka:orders  there",
            "*1 messages recorded in *test_both-2.jsonl",
        ]
    )
    assert said(result).count("What came") == 4


def test_a_process_takes_the_file_but_for_its_ports_and_directory(pytester: pytest.Pytester) -> None:
    file = "data_dir: ./data\nkafka: {port: 9092}\nmqtt: {enabled: false}\n"
    (pytester.path / "hubbub.yaml").write_text(file, encoding="utf-8")
    result = run(
        pytester,
        """
        def test_it(hub_process):
            assert "mqtt" not in hub_process.ports
            assert hub_process.kafka.port != 9092
        """,
        "--hubbub-config",
        "hubbub.yaml",
    )
    result.assert_outcomes(passed=1)
    assert not (pytester.path / "data").exists()


def test_a_wait_in_vain_shows_what_is_lacking_and_what_came(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pytest

        @pytest.fixture
        def service(hub):
            hub.publish("mqtt:doors/front", "open")
            hub.wait.subscribed("doors/#", within=0)

        def test_it(service):
            pass
        """,
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["E *nobody has subscribed to 'doors/#'; subscribed is: none, after 0 s", "*mqtt:doors/front  open"]
    )


def test_each_worker_of_xdist_has_a_hub_of_its_own(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_it(hub, number):
            hub.publish("kafka:orders", str(number))
            hub.expect("kafka:orders").times(1).with_value(str(number)).within(1)
        """
    )
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)
    pytester.runpytest_subprocess(*NAMED, "-p", "xdist", "-n", "2").assert_outcomes(passed=6)


def test_a_defect_of_ours_is_told_and_not_the_tests_fault(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(hub):
            async def break_it():
                hub.running.hub.inside._on_defect(RuntimeError("it broke"))
            hub.running.call(break_it())

        def test_next(hub):
            pass
        """,
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*defects in Hubbub itself; please report them*", "*RuntimeError: it broke"])


def test_loading_it_imports_nothing_of_the_hub() -> None:
    program = "import sys, hubbub.testing.plugin; print(sorted(name for name in sys.modules if name.startswith('hubbub')))"
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment({}), capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "['hubbub', 'hubbub.testing', 'hubbub.testing.plugin', 'hubbub.version']"


def test_a_suite_that_does_not_use_it_does_not_notice(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import sys
        import pytest

        @pytest.fixture
        def hub():
            return "mine"

        def test_it(hub):
            assert hub == "mine"
        """,
        "-W",
        "error",
    )
    result.assert_outcomes(passed=1)


def test_it_is_registered_as_an_entry_point() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"hubbub": "hubbub.testing.plugin"}
    assert IS_INSTALLED or PLUGIN
