"""`hubbub bench`: ready-made loads over the wire, to any broker, with a report."""
