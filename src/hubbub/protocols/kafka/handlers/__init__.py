"""What each request means: one file per API, all of them in `table.VERBS`."""
