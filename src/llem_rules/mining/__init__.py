"""Mining: finding rules in the library. Static paths, lifts of declared constraints, guided probing; then one merge.

Data goes one way: source and live values (``library``) → effect sites with conditions (``static``), declared constraints
(``lift``), inferred conditions (``dynamic``) → candidates → ``merge`` → proposed rules. Nothing here judges: replay does.
"""
