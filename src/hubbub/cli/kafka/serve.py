"""`hubbub kafka serve`."""

from hubbub.cli.only import only

serve = only("kafka", "Kafka")
