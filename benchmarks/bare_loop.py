"""Run inside an engine's environment by ``gears.py``: the same cases in a plain loop of one process, nothing put back.

Prints one line of JSON for each that it reads, ``{"cases": [...]}``: seconds of processor time with the observation of each
case (``observed``), with that and with its traces removed (``whole``), and with nothing but the library's calls (``naked``).
"""

import importlib
import importlib.util
import json
import logging
import os
import sys
import time
import warnings


def main() -> None:
    """Import as the worker does, then measure whenever asked."""
    inside = sys.argv[1]
    spec = importlib.util.spec_from_file_location(
        "llem_inside", inside + "/__init__.py", submodule_search_locations=[inside]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["llem_inside"] = package
    spec.loader.exec_module(package)
    server = importlib.import_module("llem_inside.server")
    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    worker = server.Worker(json.loads(sys.stdin.readline()))
    os.chdir(worker.scratch)
    worker.load()
    worker.warm_up()
    import gc

    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        cases = json.loads(line)["cases"]
        result = {"naked": naked(worker, cases), "observed": observed(worker, cases), "whole": whole(worker, cases)}
        os.write(answers, json.dumps(result).encode() + b"\n")


def whole(worker, cases):
    """Seconds for that, and for putting back what a case may have left behind: what a worker in one process has to do."""
    several = importlib.import_module("llem_inside.several").Several(worker.runner().run, worker.baseline())
    began = time.process_time()
    for case in cases:
        several.see(case)
    return time.process_time() - began


def observed(worker, cases):
    """Seconds for building, watching and reading back. Only our own ears are taken off again: they would pile up."""
    run = worker.runner().run
    ears = logging.Logger.isEnabledFor, logging.Logger.handle
    began = time.process_time()
    for case in cases:
        with warnings.catch_warnings():
            run(case)
        logging.Logger.isEnabledFor, logging.Logger.handle = ears
    return time.process_time() - began


def naked(worker, cases):
    """Seconds for the library's own calls."""
    resolve = importlib.import_module("llem_inside.names").resolve
    about = worker.engine["native_types"][cases[0]["native_type"]]
    cls = resolve(cases[0]["native_type"], worker.package)
    base = worker.decoder.decode(about["base"])
    reach = cases[0]["reach"]
    began = time.process_time()
    for case in cases:
        try:
            subject = cls(**{**base, **case["kwargs"]})
            if reach != "construct":
                for call in about["validate"]:
                    getattr(subject, call["method"])()
            if reach == "build":
                getattr(subject, about["build"])()
        except Exception:  # noqa: BLE001 - whatever the library throws
            continue
    return time.process_time() - began


if __name__ == "__main__":
    main()
