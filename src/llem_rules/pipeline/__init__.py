"""The pull-request side: plans, comments, labels, one atomic write-back, slash commands, images.

Everything here is a function of plain values, a git repository and a GitHub repository. The workflow files only call the
commands `llem-rules ci …`; no decision is taken in them. `docs/pipeline.md` has the design.
"""
