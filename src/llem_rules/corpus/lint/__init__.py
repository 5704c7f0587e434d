"""Lint: what is wrong with rule files and versions files. Every check is a small function from a rule to findings.

``run`` puts them together; ``codes.yaml`` says what each code means; nothing here runs a library.
"""

from llem_rules.corpus.lint.run import LintResult, lint_paths

__all__ = ["LintResult", "lint_paths"]
