"""The core to the wire: what is out on a channel, how fast consumers are fed, and what publishers are told."""
