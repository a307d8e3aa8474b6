"""The product's own options and the names around them hang together."""

import msgspec
import pytest
from msgspec import Struct, inspect

from hubbub.settings import Settings
from hubbub.settings.known import ALIASES, DIALECT, FOREIGN_VARIABLES, PENDING, PENDING_FLAGS, REFUSED
from hubbub.settings.options import Option, options, sections, unwrapped
from hubbub.settings.wording import shown

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


def test_settings_are_frozen_all_the_way_down() -> None:
    for _, struct in sections(Settings):
        assert struct.__struct_config__.frozen, struct.__name__
