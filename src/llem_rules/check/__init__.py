"""Judging configs with what is proved: compile a corpus, index it by field, evaluate. Touches no live library."""

from llem_rules.check.corpus import Corpus
from llem_rules.check.here import HERE
from llem_rules.check.judgement import Finding, Judgement
from llem_rules.check.load import check, load_corpus, swept_versions

__all__ = ["HERE", "Corpus", "Finding", "Judgement", "check", "load_corpus", "swept_versions"]
