"""Grafana's dashboard, deploy/grafana/dashboard.json, made of `tools.panels`.

python -m tools.dashboard            write it
python -m tools.dashboard --check    fail when it is not up to date
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.panels import ROWS, Panel

FILE: Final = Path(__file__).resolve().parents[1] / "deploy" / "grafana" / "dashboard.json"
CHOSEN: Final = 'job=~"$job",instance=~"$instance"'
SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
WIDTH: Final = 24
HEIGHT: Final = 8
STAT_HEIGHT: Final = 4


def dashboard() -> dict[str, object]:
    """As Grafana imports and provisions it."""
    return {
        "uid": "hubbub",
        "title": "Hubbub",
        "description": "Kafka, MQTT and AMQP of one or more hubs. Made by `make docs`.",
        "tags": ["hubbub", "kafka", "mqtt", "amqp"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "templating": {
            "list": [
                {"name": "datasource", "label": "Source", "type": "datasource", "query": "prometheus"},
                chooser("job", "Job", "label_values(hubbub_build_info, job)"),
                chooser("instance", "Hub", 'label_values(hubbub_build_info{job=~"$job"}, instance)'),
            ]
        },
        "annotations": {
            "list": [
                {
                    "name": "Starts",
                    "datasource": SOURCE,
                    "enable": True,
                    "expr": filled("changes(hubbub_start_time_seconds{*}[$__rate_interval]) > 0"),
                    "titleFormat": "start of {{instance}}",
                    "iconColor": "blue",
                }
            ]
        },
        "panels": list(laid_out()),
    }


def chooser(name: str, label: str, query: str) -> dict[str, object]:
    """A choice at the top of the dashboard: all, unless some are chosen."""
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "current": {"text": "All", "value": "$__all"},
    }


def laid_out() -> Iterator[dict[str, object]]:
    """All panels, from left to right and from top to bottom."""
    number = y = 0
    for row in ROWS:
        number += 1
        place = {"x": 0, "y": y, "w": WIDTH, "h": 1}
        yield {
            "id": number,
            "type": "row",
            "title": row.title,
            "collapsed": False,
            "gridPos": place,
            "panels": [],
        }
        x, y, height = 0, y + 1, 0
        for panel in row.panels:
            number += 1
            if x + panel.width > WIDTH:
                x, y, height = 0, y + height, 0
            tall = STAT_HEIGHT if panel.is_number else HEIGHT
            yield drawn(number, panel, {"x": x, "y": y, "w": panel.width, "h": tall})
            x, height = x + panel.width, max(height, tall)
        y += height


def drawn(number: int, panel: Panel, place: dict[str, int]) -> dict[str, object]:
    """A panel as Grafana knows it."""
    good, bad = ("red", "green") if panel.is_low_bad else ("green", "red")
    steps: list[dict[str, object]] = [{"color": good, "value": None}]
    if panel.alarm is not None:
        steps.append({"color": bad, "value": panel.alarm})
    defaults: dict[str, object] = {
        "unit": panel.unit,
        "thresholds": {"mode": "absolute", "steps": steps},
        "mappings": [{"type": "value", "options": {value: {"text": word}}} for value, word in panel.words],
    }
    if panel.is_number:
        names_alone = all(query.legend for query in panel.queries)
        options: dict[str, object] = {
            "colorMode": "value" if panel.alarm is not None else "none",
            "graphMode": "none",
            "reduceOptions": {"calcs": ["lastNotNull"]},
            "textMode": "name" if names_alone else "value",
        }
    else:
        defaults["color"] = {"mode": "palette-classic"}
        defaults["custom"] = {
            "fillOpacity": 8,
            "lineWidth": 1,
            "showPoints": "never",
            "thresholdsStyle": {"mode": "off" if panel.alarm is None else "dashed"},
        }
        options = {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
    return {
        "id": number,
        "type": "stat" if panel.is_number else "timeseries",
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": options,
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": SOURCE,
                "expr": filled(query.expression),
                "legendFormat": query.legend or "__auto",
                "instant": False,
                "range": True,
            }
            for index, query in enumerate(panel.queries)
        ],
    }


def filled(expression: str) -> str:
    """For the hubs that are chosen."""
    return expression.replace("{*", f"{{{CHOSEN}")


def text() -> str:
    """The file."""
    return json.dumps(dashboard(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write or check."""
    if FILE.exists() and FILE.read_text(encoding="utf-8") == text():
        return 0
    if "--check" in sys.argv:
        print(f"{FILE.name} is not up to date; run `make docs`")
        return 1
    FILE.write_text(text(), encoding="utf-8")
    print(f"deploy/grafana/{FILE.name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
