"""Make `docs/mqtt-statements.md`: every normative statement of MQTT that binds a server, and the tests that carry its id.

python tools/mqtt_statements.py            write the page
python tools/mqtt_statements.py --check    say what is missing, and fail if anything is
"""

import ast
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "mqtt-statements.md"
VECTORS = ROOT / "tests" / "vectors" / "mqtt"
PREFIXES = {"mqtt5": "MQTT-", "mqtt311": "MQTT3-"}


def marks() -> dict[str, list[str]]:
    """By id: the tests that carry it, as ``file: name``. Wire cases carry it as their rule."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("statement"):
                        for each in decorator.args:
                            if isinstance(each, ast.Constant):
                                found.setdefault(str(each.value), []).append(f"{path.stem}: {node.name}")
    for path in sorted(VECTORS.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8")).get("case", []):
            found.setdefault(case["rule"], []).append(f"vectors/{path.stem}: {case['name']}")
    return {each: tests for each, tests in found.items() if each.startswith("MQTT")}


def statements() -> dict[str, dict[str, str]]:
    """The list, by standard."""
    return tomllib.loads((VECTORS / "statements.toml").read_text(encoding="utf-8"))


def faults() -> list[str]:
    """What is wrong: statements that nothing shows, and marks that name none."""
    listed, shown = statements(), marks()
    found: list[str] = []
    for standard, prefix in PREFIXES.items():
        excused = listed[f"{standard}_not_shown"]
        for each, text in listed[standard].items():
            carrier = "MQTT-" + text[2:] if text.startswith("= ") else prefix + each
            is_excused = each in excused or (text.startswith("= ") and text[2:] in listed["mqtt5_not_shown"])
            if carrier not in shown and not is_excused:
                found.append(f"{prefix}{each} ({text}) has no test")
            if prefix + each in shown and each in excused:
                found.append(f"{prefix}{each} has a test and an excuse")
            if text.startswith("= ") and text[2:] not in listed["mqtt5"]:
                found.append(f"{prefix}{each} is the same as {text[2:]}, which is not listed")
        known = {prefix + each for each in listed[standard]}
        found += [
            f"{each} is no statement that is listed"
            for each in shown
            if each.startswith(prefix) and each not in known
        ]
    return found


def page() -> str:
    """The page's text."""
    listed, shown = statements(), marks()
    lines = [
        "# MQTT by the letter",
        "",
        "Made by `tools/mqtt_statements.py`; do not edit. Every normative statement that binds a server, in our words, and what shows it.",
        "Where one statement has many tests, three are named.",
    ]
    for standard, title in (("mqtt5", "MQTT 5.0"), ("mqtt311", "MQTT 3.1.1")):
        prefix, excused = PREFIXES[standard], listed[f"{standard}_not_shown"]
        lines += ["", f"## {title}", "", "| Statement | In short | Shown by |", "| --- | --- | --- |"]
        for each, text in listed[standard].items():
            same = text[2:] if text.startswith("= ") else ""
            words = listed["mqtt5"][same] if same else text
            tests = shown.get("MQTT-" + same if same else prefix + each, [])
            by = "; ".join(f"`{test}`" for test in tests[:3]) + (
                f" and {len(tests) - 3} more" if len(tests) > 3 else ""
            )
            excuse = excused.get(each) or listed["mqtt5_not_shown"].get(same, "")
            lines.append(f"| MQTT-{each} | {words} | {by or 'not shown: ' + excuse} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        print("\n".join(faults()))
        sys.exit(bool(faults()))
    PAGE.write_text(page(), encoding="utf-8")
