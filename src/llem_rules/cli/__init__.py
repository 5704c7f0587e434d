"""The command line: parse, call one function below, render, exit code. Nothing else lives here.

Exit codes: 0 clean, 1 findings, 2 usage or unreadable input, 3 could not be checked, 4 nothing was there to check.
"""
