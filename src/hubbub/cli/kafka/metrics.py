"""`hubbub kafka metrics`: what a hub counts of Kafka. The wire does not tell it; the hub's admin port does."""

import click

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Exit
from hubbub.cli.printing import flush, json_line, put, rows
from hubbub.cli.scrape import samples
from hubbub.cli.web import ADMIN_TOKEN, ADMIN_URL, Site

OURS = "kafka_"
WITHOUT = "the wire of Kafka does not tell what a broker counts"


@click.command()
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "prometheus"]),
    default="text",
    show_default=True,
    help="A table, or as Prometheus reads it.",
)
@AS_JSON
@ADMIN_URL
@ADMIN_TOKEN
def metrics(form: str, admin_url: str, admin_token: str, *, as_json: bool) -> Exit:
    """Show what a hub counts of Kafka: messages, octets, groups and their lag, requests, errors."""
    text = Site(admin_url, admin_token, WITHOUT).get("/metrics").decode()
    if form == "prometheus" and not as_json:
        for line in text.splitlines():
            if line.removeprefix("# HELP ").removeprefix("# TYPE ").startswith(OURS):
                put(f"{line}\n".encode())
        flush()
        return Exit.OK
    found = [
        (sample, int(value) if value.is_integer() else value)
        for sample, value in samples(text)
        if sample.name.startswith(OURS)
    ]
    if as_json:
        for sample, value in found:
            put(json_line({"metric": sample.name, "labels": dict(sample.labels), "value": value}))
        flush()
        return Exit.OK
    table: list[dict[str, object]] = [
        {
            "metric": sample.name,
            "labels": ", ".join(f"{name}={text}" for name, text in sample.labels),
            "value": value,
        }
        for sample, value in found
        if not sample.name.endswith("_bucket")
    ]
    rows(table, ("metric", "labels", "value"), as_json=False)
    return Exit.OK
