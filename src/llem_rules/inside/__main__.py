"""``python <this folder>``: load the folder as a package of its own name, without touching ``sys.path``.

The library under test must not find our modules by accident, nor we its.
"""

import importlib.util
import os
import sys


def _start() -> int:
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != here]
    spec = importlib.util.spec_from_file_location(
        "llem_inside", os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    if spec is None or spec.loader is None:
        raise RuntimeError("cannot load " + here)
    package = importlib.util.module_from_spec(spec)
    sys.modules["llem_inside"] = package
    spec.loader.exec_module(package)
    server = importlib.import_module("llem_inside.server")
    return int(server.main())


if __name__ == "__main__":
    code = _start()
    sys.stderr.flush()
    os._exit(code)  # the library's threads and exit hooks are not waited for
