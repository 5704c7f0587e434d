import msgspec


class Struct(msgspec.Struct):
    size: int = 1
    name: str = "n"
    tags: list = []
    needed: int = msgspec.field(default=0)
