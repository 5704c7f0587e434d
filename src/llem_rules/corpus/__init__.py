"""Documents: read with positions, lint, format, merge; engine versions, discovered schemas, where the project's files are.

Nothing here runs a library, and nothing here prints.
"""
