"""Replay inside an engine's own image, through any Docker-compatible engine.

``client`` reaches the engine, ``confined`` says what a container may do, ``place`` starts workers in an image, ``worker`` is
one of them, ``reaping`` clears what earlier runs left, ``images`` builds and verifies.
"""

from llem_rules.environments.containers.confined import Confinement
from llem_rules.environments.containers.place import ContainerPlace, place_in_image

__all__ = ["Confinement", "ContainerPlace", "place_in_image"]
