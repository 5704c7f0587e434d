#!/usr/bin/env bash
# Makes everything in this folder again: the corpora of two older versions, and what changed since them.
#
#   docs/examples/make.sh              the older corpora too: mined, replayed, discovered in environments of their own
#   docs/examples/make.sh --reports    only the reports, after a change of corpus/ or of diff
#
# The same inputs give the same bytes. What was seen once is remembered, so a second run costs only what changed.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PWD/.venv/bin:$PATH"

corpus_of() {  # ENGINE VERSION
  local to="docs/examples/$1/$2" mined
  mined=$(mktemp)
  # A landmark that an older version lacks, or a rule that does not hold there, is a finding (1), and told in the report.
  llem-rules mine "$1" --version "$2" -o "$mined" || [ $? -eq 1 ]
  llem-rules replay "$1" --version "$2" --proposed "$mined" -o "$to/invariants.validated.yaml" --no-fail-on-divergence || [ $? -eq 3 ]
  llem-rules discover "$1" --version "$2" -o "$to/schema.discovered.json" || [ $? -eq 1 ]
  rm "$mined"
}

report() {  # ENGINE VERSION
  local form made
  made=$(mktemp)
  for form in json markdown; do
    llem-rules diff "$1" --base "docs/examples/$1/$2" --head "corpus/$1" --try --format "$form" > "$made"
    cat "$made" > "docs/examples/$1/since-$2.$([ "$form" = json ] && echo json || echo md)"
  done
  rm "$made"
}

for pair in transformers:4.57.6 vllm:0.17.1; do
  engine=${pair%:*} version=${pair#*:}
  mkdir -p "docs/examples/$engine/$version"
  [ "${1:-}" = --reports ] || corpus_of "$engine" "$version"
  report "$engine" "$version"
done

# The pull request of the first bump, with all that is said on it.
python -m tests.pipeline.walkthrough
