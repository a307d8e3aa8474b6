"""The import contracts in `pyproject.toml` keep up with the source: what appears must join the contracts that concern it."""

import tomllib

import pytest

from tests.architecture.rules import ROOT, SOURCE

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}

# import-linter refuses the name of a module that does not exist, so these join when their module does.
TO_JOIN = [
    ("sans-io", "forbidden_modules", "hubbub.protocols.contract"),
    ("core-stands-alone", "forbidden_modules", "hubbub.gateways"),
    ("features", "protected_modules", "hubbub.gateways"),
    ("features", "allowed_importers", "hubbub.app"),
    ("composition-root", "allowed_importers", "hubbub.app"),
    ("features", "allowed_importers", "hubbub.wiring"),
    ("composition-root", "allowed_importers", "hubbub.wiring"),
    ("composition-root", "protected_modules", "hubbub.gateways"),
]
EXHAUSTIVE = {"floors", "rooms", "plan-of-a-room", "engines"}


def exists(module: str) -> bool:
    path = SOURCE.parent.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_a_module_that_exists_is_found() -> None:
    assert exists("hubbub.core.store")
    assert exists("hubbub.core")
    assert not exists("hubbub.core.nothing")


@pytest.mark.parametrize(("contract", "field", "module"), TO_JOIN)
def test_what_appears_joins_its_contracts(contract: str, field: str, module: str) -> None:
    named = module in CONTRACTS[contract][field]
    assert named == exists(module), (
        f"{module} {'is gone from the source' if named else 'joins'}: {contract}.{field}"
    )


def packages(folder: str) -> set[str]:
    return {path.parent.name for path in (SOURCE / folder).glob("*/__init__.py")}


def test_every_room_has_the_plan_and_is_protected() -> None:
    rooms = {f"hubbub.protocols.{name}" for name in packages("protocols")}
    assert set(CONTRACTS["plan-of-a-room"]["containers"]) == rooms
    assert rooms <= set(CONTRACTS["composition-root"]["protected_modules"])


def test_every_engine_has_the_plan_and_is_protected() -> None:
    for name in packages("storage"):
        contract = CONTRACTS[f"plan-of-{name}"]
        assert contract["containers"] == [f"hubbub.storage.{name}"]
        parts = [part.strip() for layer in contract["layers"] for part in layer.split("|")]
        assert parts[0] == "engine"
        assert parts[-1] == "options"
        assert {"log", "state"} <= set(parts)
        assert f"hubbub.storage.{name}" in CONTRACTS["composition-root"]["protected_modules"]


def test_layers_with_a_plan_are_exhaustive() -> None:
    exhaustive = {name for name, contract in CONTRACTS.items() if contract.get("exhaustive")}
    assert exhaustive == EXHAUSTIVE | {f"plan-of-{name}" for name in packages("storage")}


def test_no_contract_has_an_exception() -> None:
    assert [name for name, contract in CONTRACTS.items() if contract.get("ignore_imports")] == []
