"""Documents: read with positions, lint, format, merge; engine versions, discovered schemas, the project's folders.

Nothing here runs a library, and nothing here prints.
"""
