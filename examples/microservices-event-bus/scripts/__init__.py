"""The scripts that the document names. Each ends with code 0 when what was expected has been seen."""
