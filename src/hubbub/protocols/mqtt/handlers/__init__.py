"""One file per request; the table is in `table`."""
