"""Evidence from machines that nothing can be installed on: a bundle goes there, what was seen comes back.

``pack`` makes the bundle, one file of Python; ``there`` is what runs in it, on the standard library alone; ``back`` reads what
it wrote, and judges it by the rules of today.
"""
