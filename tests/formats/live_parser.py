"""Run inside the library's environment: what the server's own parser makes of command lines, a JSON line for each."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import sys


def main() -> None:
    """Words on standard input, as a list of lists; of each, what was set, or that it was refused."""
    from vllm.engine.arg_utils import EngineArgs  # type: ignore[import-not-found]
    from vllm.entrypoints.cli.serve import ServeSubcommand  # type: ignore[import-not-found]
    from vllm.utils.argparse_utils import FlexibleArgumentParser  # type: ignore[import-not-found]

    own = {field.name for field in dataclasses.fields(EngineArgs)}
    parser = FlexibleArgumentParser(prog="vllm")
    ServeSubcommand().subparser_init(parser.add_subparsers(required=True, dest="subparser"))
    defaults = vars(parser.parse_args(["serve"]))
    for words in json.load(sys.stdin):
        answer: dict[str, object]
        try:
            with contextlib.redirect_stderr(io.StringIO()) as said, contextlib.redirect_stdout(io.StringIO()):
                parsed = vars(parser.parse_args(["serve", *words]))
            if parsed.get("model_tag") is not None:
                parsed["model"] = parsed["model_tag"]
            answer = {
                "set": {k: v for k, v in parsed.items() if k in own and repr(v) != repr(defaults.get(k))},
            }
        except SystemExit:
            answer = {"refused": said.getvalue()[-300:]}
        except ValueError as error:
            answer = {"refused": str(error)}
        sys.stdout.write("PARSED" + json.dumps(answer, default=repr) + "\n")


if __name__ == "__main__":
    main()
