"""The command line: one file for each command or group of commands, imported when it is called and not before.

Data goes to stdout, talk to stderr. A mistake of the user's ends in one line for each thing to mend and an exit code of
`exits.Exit`, never in a traceback.
"""
