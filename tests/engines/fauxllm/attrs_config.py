from typing import List

import attr


@attr.s(auto_attribs=True)
class Attrs:
    needed: str
    size: int = 1
    names: List[str] = attr.Factory(list)
