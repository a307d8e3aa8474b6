"""`hubbub amqp serve`."""

from hubbub.cli.only import only

serve = only("amqp", "AMQP 0-9-1")
