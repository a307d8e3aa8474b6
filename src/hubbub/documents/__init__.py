"""Files that people write: YAML and JSON as trees in which every value knows its line, and the words for what is wrong with them.

Knows no option, no fixture and no protocol; who reads a file says what may stand in it.
"""
