"""Listeners, streams, the loop's clock, shutdown. Knows sockets and the loop; knows no protocol and nothing of the core."""
