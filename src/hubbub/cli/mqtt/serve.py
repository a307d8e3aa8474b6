"""`hubbub mqtt serve`."""

from hubbub.cli.only import only

serve = only("mqtt", "MQTT")
