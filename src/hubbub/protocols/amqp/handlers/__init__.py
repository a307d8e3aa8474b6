"""What each method means: one file per class or verb, and the table of all of them."""
