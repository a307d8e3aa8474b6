"""A file, the environment and flags become one set of settings, or a list of everything that is wrong with them."""

from pathlib import Path

import pytest

from hubbub.settings.loading import CONFIG_VARIABLE, Loaded, Sources, find_file, load
from hubbub.settings.problems import BadSettings
from tests.unit.settings.toys import DIALECT, Policy, Shelf, Town


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def from_file(folder: Path, text: str) -> Loaded[Town]:
    (folder / "town.yaml").write_text(text, encoding="utf-8")
    return load(DIALECT, Sources(file=Path("town.yaml")))


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        from_file(folder, text)
    return [str(problem) for problem in caught.value.problems]


def test_nobody_says_anything_and_the_defaults_hold() -> None:
    loaded = load(DIALECT, Sources())
    assert loaded.settings == Town()
    assert loaded.origin(("bakery", "port")) == "default"


def test_a_flag_wins_over_the_environment_and_that_over_the_file_and_that_over_the_default(
    folder: Path,
) -> None:
    (folder / "town.yaml").write_text("bakery: {port: 1, oven_count: 3, heat: 7}\n", encoding="utf-8")
    environment = {"HUBBUB_BAKERY_PORT": "2", "HUBBUB_BAKERY_OVEN_COUNT": "4"}
    flags: dict[tuple[str, ...], str | bool] = {("bakery", "port"): "3"}
    loaded = load(DIALECT, Sources(Path("town.yaml"), environment, flags))
    bakery = loaded.settings.bakery
    assert (bakery.port, bakery.oven_count, bakery.heat, bakery.flour) == (3, 4, 7.0, "wheat")
    origins = [loaded.origin(("bakery", name)) for name in ("port", "oven_count", "heat", "flour")]
    assert origins == ["--bakery-port", "HUBBUB_BAKERY_OVEN_COUNT", "town.yaml:1", "default"]


def test_every_kind_of_value_can_stand_in_a_file(folder: Path) -> None:
    bakery = from_file(
        folder,
        """
bakery:
  enabled: false
  flour: rye
  policy: drop
  heat: 180
  boss: null
  sorts: [white, brown]
  shelves:
    - name: top
      boards: 3
      labels: {left: rolls}
    - name: bottom
""",
    ).settings.bakery
    assert bakery.shelves == (Shelf("top", 3, {"left": "rolls"}), Shelf("bottom"))
    assert (bakery.enabled, bakery.flour, bakery.policy, bakery.heat, bakery.boss, bakery.sorts) == (
        False,
        "rye",
        Policy.DROP,
        180.0,
        None,
        ["white", "brown"],
    )


def test_every_kind_of_value_can_stand_in_the_environment() -> None:
    environment = {
        "HUBBUB_BAKERY_ENABLED": "no",
        "HUBBUB_BAKERY_FLOUR": "rye",
        "HUBBUB_BAKERY_POLICY": "drop",
        "HUBBUB_BAKERY_HEAT": "180",
        "HUBBUB_BAKERY_BOSS": "Anna",
        "HUBBUB_BAKERY_SORTS": "white, brown",
        "HUBBUB_BAKERY_SHELVES": '[{"name": "top", "boards": 3}]',
    }
    bakery = load(DIALECT, Sources(environment=environment)).settings.bakery
    assert bakery.shelves == (Shelf("top", 3),)
    assert (bakery.enabled, bakery.flour, bakery.policy, bakery.heat, bakery.boss, bakery.sorts) == (
        False,
        "rye",
        Policy.DROP,
        180.0,
        "Anna",
        ["white", "brown"],
    )


def test_an_unknown_key_is_an_error_with_its_line_and_what_was_meant(folder: Path) -> None:
    assert problems(folder, "host: here\nbakery:\n  prot: 1\n") == [
        "town.yaml:3: bakery.prot is no option; did you mean 'port'?"
    ]


def test_an_unknown_section_is_an_error_with_what_was_meant(folder: Path) -> None:
    assert problems(folder, "sanua:\n  port: 1\n") == [
        "town.yaml:1: sanua is no option; did you mean 'sauna'?"
    ]


def test_a_key_in_the_wrong_section_is_told_where_it_belongs(folder: Path) -> None:
    assert problems(folder, "oven_count: 3\n") == [
        "town.yaml:1: oven_count is no option; did you mean bakery.oven_count?"
    ]


def test_a_key_that_resembles_nothing_is_told_what_there_is(folder: Path) -> None:
    assert problems(folder, "sauna: {xylophone: 1}\n") == [
        "town.yaml:1: sauna.xylophone is no option; known here are: heat, ice, port"
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('port: "80"', 'bakery.port must be a whole number from 0 to 65535, not the text "80"'),
        ("port: 65536", "bakery.port must be a whole number from 0 to 65535, not 65536"),
        ("port: true", "bakery.port must be a whole number from 0 to 65535, not true"),
        ("port:", "bakery.port must be a whole number from 0 to 65535, not nothing"),
        ("port: [1]", "bakery.port must be a whole number from 0 to 65535, not a list"),
        ("oven_count: 0", "bakery.oven_count must be a whole number at least 1, not 0"),
        ("heat: 0", "bakery.heat must be a number above 0, not 0"),
        ("flour: oats", 'bakery.flour must be rye or wheat, not the text "oats"'),
        ("policy: lose", 'bakery.policy must be keep or drop, not the text "lose"'),
        ("enabled: 1", "bakery.enabled must be true or false, not 1"),
        ("boss: 7", "bakery.boss must be text, not 7"),
        ("sorts: white", 'bakery.sorts must be a list, each of it text, not the text "white"'),
        ("sorts: [white, 3]", "bakery.sorts[1] must be text, not 3"),
        (
            "shelves: [{name: a, boards: 0}]",
            "bakery.shelves[0].boards must be a whole number at least 1, not 0",
        ),
        ("shelves: [{boards: 1}]", "bakery.shelves[0].name is missing"),
        ("shelves: [{name: a, shade: 1}]", "bakery.shelves[0].shade is no option"),
        ("shelves: [{name: a, labels: {b: 1}}]", "bakery.shelves[0].labels.b must be text, not 1"),
        ("key: 2026-01-01", None),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_that_says_what_is_wanted(
    folder: Path, line: str, message: str | None
) -> None:
    text = f"bakery:\n  {line}\n"
    if message is None:
        assert from_file(folder, text).settings.bakery.key == "2026-01-01"
    else:
        (problem,) = problems(folder, text)
        assert problem.startswith(f"town.yaml:2: {message}; ")


def test_a_section_must_hold_options(folder: Path) -> None:
    (problem,) = problems(folder, "bakery: 5\n")
    assert problem.startswith("town.yaml:1: bakery must hold options by name, not 5; ")
    (problem,) = problems(folder, "- bakery\n")
    assert problem.startswith("town.yaml:1: the file must hold options by name, not a list; ")


def test_an_empty_file_and_an_empty_section_say_nothing(folder: Path) -> None:
    assert from_file(folder, "").settings == Town()
    assert from_file(folder, "bakery:\nsauna: {}\n").settings == Town()


def test_all_that_is_wrong_is_said_at_once_from_all_sources(folder: Path) -> None:
    (folder / "town.yaml").write_text(
        "bakery:\n  port: x\n  prot: 1\nsauna:\n  heat: hot\n", encoding="utf-8"
    )
    environment = {"HUBBUB_SAUNA_PORT": "many"}
    flags: dict[tuple[str, ...], str | bool] = {("sauna", "port"): "-1"}
    with pytest.raises(BadSettings) as caught:
        load(DIALECT, Sources(Path("town.yaml"), environment, flags))
    assert [problem.where for problem in caught.value.problems] == [
        "town.yaml:2",
        "town.yaml:3",
        "town.yaml:5",
        "HUBBUB_SAUNA_PORT",
        "--sauna-port",
    ]


def test_options_that_contradict_each_other_name_who_set_them(folder: Path) -> None:
    assert problems(folder, "bakery: {oven_count: 13}\n") == [
        "town.yaml:1: thirteen ovens bring bad luck; change one of them"
    ]


def test_what_is_not_yaml_is_an_error_with_its_line(folder: Path) -> None:
    (problem,) = problems(folder, "host: a\nbakery: [1,\n  2]]\n")
    assert problem.startswith("town.yaml:3: this is not YAML: ")


def test_a_key_given_twice_is_an_error(folder: Path) -> None:
    assert problems(folder, "host: a\nhost: b\n") == [
        "town.yaml:2: 'host' is given twice, first at town.yaml:1; keep one of them"
    ]


def test_a_key_that_yaml_takes_for_something_else_is_an_error(folder: Path) -> None:
    assert problems(folder, "on: a\n") == [
        "town.yaml:1: the key 'on' is not text for YAML; put quotes around it: \"on\""
    ]


def test_anchors_and_merge_keys_work_and_what_is_written_out_wins(folder: Path) -> None:
    text = "bakery: &shop\n  port: 5\n  heat: 1\nsauna:\n  <<: *shop\n  heat: 2\n"
    settings = from_file(folder, text).settings
    assert (settings.sauna.port, settings.sauna.heat) == (5, 2.0)


def test_a_bottomless_file_is_refused(folder: Path) -> None:
    (problem,) = problems(folder, "bakery: &b [*b]\n")
    assert "nested too deeply" in problem


def test_a_file_that_cannot_be_read_is_an_error(folder: Path) -> None:
    with pytest.raises(BadSettings, match=r"^none.yaml: cannot be read: no such file or directory; "):
        load(DIALECT, Sources(file=Path("none.yaml")))
    (folder / "bytes.yaml").write_bytes(b"host: \xff\n")
    with pytest.raises(BadSettings, match=r"^bytes.yaml: is not UTF-8 text; "):
        load(DIALECT, Sources(file=Path("bytes.yaml")))


def test_other_names_set_the_same_thing(folder: Path) -> None:
    assert from_file(folder, "baker: {ovens: 4}\nflour: rye\n").settings.bakery == Town().bakery.__class__(
        oven_count=4, flour="rye"
    )


def test_one_thing_under_two_names_is_an_error(folder: Path) -> None:
    assert problems(folder, "bakery:\n  ovens: 4\n  oven_count: 5\n") == [
        "town.yaml:3: bakery.oven_count is given twice, first at town.yaml:2 under another name; keep one of them"
    ]


def test_sections_may_stand_under_a_wrapper(folder: Path) -> None:
    loaded = from_file(folder, "server:\n  host: there\n  bakery:\n    port: 9\n")
    assert (loaded.settings.host, loaded.settings.bakery.port) == ("there", 9)
    assert problems(folder, "server:\n  bakery:\n    prot: 9\n") == [
        "town.yaml:3: server.bakery.prot is no option; did you mean 'port'?"
    ]


def test_what_has_no_effect_yet_is_accepted_with_a_warning(folder: Path) -> None:
    loaded = from_file(folder, "zoo: {lions: 2}\nsauna:\n  ice: 1\n")
    assert [str(warning) for warning in loaded.warnings] == [
        "town.yaml:1: zoo is not effective yet; there are no animals yet",
        "town.yaml:3: sauna.ice is not effective yet; it is too warm",
    ]


def test_to_set_an_option_that_steers_nothing_yet_warns(folder: Path) -> None:
    loaded = from_file(folder, "sauna: {heat: 80}\n")
    assert loaded.settings.sauna.heat == 80.0
    assert list(map(str, loaded.warnings)) == [
        "town.yaml:1: sauna.heat is not effective yet; the stove is not there yet"
    ]


def test_what_nobody_may_believe_in_is_refused_unless_it_is_off(folder: Path) -> None:
    assert problems(folder, "alarm: true\n") == ["town.yaml:1: alarm cannot be had yet; nobody would come"]
    assert from_file(folder, "alarm: false\n").settings == Town()


def test_the_environment_may_hold_strangers_but_they_are_mentioned() -> None:
    environment = {
        "HUBBUB_BAKERY_PROT": "1",
        "HUBBUB_ZOO_LIONS": "2",
        "PATH": "/bin",
        CONFIG_VARIABLE: "x",
        "HUBBUB_BAKERY_SERVICE_HOST": "10.0.0.1",
        "HUBBUB_BAKERY_PORT_8001_TCP_ADDR": "10.0.0.1",
    }
    warnings = [str(warning) for warning in load(DIALECT, Sources(environment=environment)).warnings]
    assert warnings == [
        "HUBBUB_BAKERY_PROT: is no option and was passed over; did you mean HUBBUB_BAKERY_PORT?",
        "HUBBUB_ZOO_LIONS: is not effective yet; there are no animals yet",
    ]


def test_a_service_link_of_kubernetes_is_no_port() -> None:
    loaded = load(DIALECT, Sources(environment={"HUBBUB_BAKERY_PORT": "tcp://10.0.0.1:8001"}))
    assert loaded.settings.bakery.port == 8001
    assert "service link of Kubernetes" in str(loaded.warnings[0])


def test_names_of_other_programs_in_the_environment_count_less_than_ours() -> None:
    foreign = {"TOWN_BAKERY_PORT": "5"}
    assert load(DIALECT, Sources(environment=foreign)).settings.bakery.port == 5
    both = foreign | {"HUBBUB_BAKERY_PORT": "6"}
    assert load(DIALECT, Sources(environment=both)).settings.bakery.port == 6


def test_a_wrong_value_names_its_flag_or_variable() -> None:
    with pytest.raises(BadSettings, match=r"^HUBBUB_BAKERY_HEAT: bakery.heat must be a number above 0"):
        load(DIALECT, Sources(environment={"HUBBUB_BAKERY_HEAT": "hot"}))
    with pytest.raises(BadSettings, match=r"^--bakery-shelves: bakery.shelves must be a list"):
        load(DIALECT, Sources(flags={("bakery", "shelves"): "[{]"}))


def test_the_file_is_the_one_named_or_the_one_in_the_environment_or_the_one_that_is_there(
    folder: Path,
) -> None:
    assert find_file(None, {}, folder) is None
    (folder / "mockforge.yaml").touch()
    assert find_file(None, {}, folder) == Path("mockforge.yaml")
    (folder / "hubbub.yaml").touch()
    assert find_file(None, {}, folder) == Path("hubbub.yaml")
    assert find_file(None, {CONFIG_VARIABLE: "a.yaml"}, folder) == Path("a.yaml")
    assert find_file("b.yaml", {CONFIG_VARIABLE: "a.yaml"}, folder) == Path("b.yaml")
