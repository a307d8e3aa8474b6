"""The product's own options and the names around them hang together."""

import re
from functools import cache

import msgspec
import pytest
from msgspec import Struct, inspect

from hubbub.settings import Settings
from hubbub.settings.known import (
    ALIASES,
    DIALECT,
    DORMANT,
    FOREIGN_VARIABLES,
    PENDING,
    PENDING_FLAGS,
    REFUSED,
)
from hubbub.settings.options import Option, options, sections, unwrapped
from hubbub.settings.wording import shown
from tests.architecture.rules import SOURCE, modules

OPTIONS = {option.path: option for option in options(Settings)}


def inner_structs(kind: inspect.Type) -> list[inspect.StructType]:
    kind, _, _ = unwrapped(kind)
    match kind:
        case inspect.StructType():
            return [kind]
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner):
            return inner_structs(inner)
        case _:
            return []


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.key)
def test_every_option_says_what_it_does(option: Option) -> None:
    assert option.description.endswith("."), f"{option.key} needs Meta(description='A sentence.')"
    for struct in inner_structs(option.kind):
        for field in struct.fields:
            assert unwrapped(field.type)[2].endswith("."), (
                f"{option.key}[].{field.encode_name} needs a description"
            )


@pytest.mark.parametrize(
    "struct", [struct for _, struct in sections(Settings)], ids=lambda struct: struct.__name__
)
def test_every_section_says_what_it_is_about(struct: type[Struct]) -> None:
    assert (struct.__doc__ or "").strip()


def test_no_two_options_share_a_flag_or_a_variable() -> None:
    for names in (lambda option: option.flag, lambda option: option.variable):
        taken = [names(option) for option in OPTIONS.values()]
        assert len(set(taken)) == len(taken)


def test_defaults_are_good_values() -> None:
    for option in OPTIONS.values():
        plain = msgspec.to_builtins(option.default)
        assert msgspec.convert(plain, option.annotation, strict=True) == option.default, option.key
        assert shown(option, option.default)


def test_other_names_lead_to_options() -> None:
    reachable = set(OPTIONS) | DIALECT.sections()
    assert [path for path in [*ALIASES.values(), *FOREIGN_VARIABLES.values()] if path not in reachable] == []


def test_what_has_an_effect_is_not_said_to_have_none() -> None:
    taken = set(OPTIONS) | DIALECT.sections() | set(ALIASES)
    assert [path for path in [*PENDING, *REFUSED] if path in taken] == []
    assert [flag for flag in PENDING_FLAGS if flag in {option.flag for option in OPTIONS.values()}] == []


def test_every_option_is_read_somewhere_or_known_to_be_dormant() -> None:
    """An option that nothing reads is accepted in silence, which is the one thing that settings may not do."""
    unread = {path for path in OPTIONS if not re.search(rf"\.{path[-1]}\b", readers(path[0]))}
    assert unread == set(DORMANT)


@cache
def readers(section: str) -> str:
    """All source that could read an option: not where it is defined, and not another room."""
    rooms = {"kafka", "mqtt", "amqp"}
    others = rooms - {section} if section in rooms else set()
    files = [SOURCE / path for path in modules() if not {"settings", *others} & set(path.parts)]
    texts = [file.read_text(encoding="utf-8") for file in files]
    return "\n".join(texts)


def test_settings_are_frozen_all_the_way_down() -> None:
    for _, struct in sections(Settings):
        assert struct.__struct_config__.frozen, struct.__name__
