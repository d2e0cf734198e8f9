#!/usr/bin/env bash
# Installs the frameworks that trained the example models, each at its one version, from PyPI, into a virtual environment
# outside the repository, and prints its name. What is there already is left as it is. It takes a minute and a half and
# 1.6 GB. Ends with 3 where no Python of this machine has these releases: they are built for Linux on x86-64.
set -euo pipefail
cd "$(dirname "$0")/.."

# The same without what needs a GPU, which nobody here has: 0.6 GB less.
requirements() { sed -e '/^#/d' -e 's/^tensorflow==/tensorflow-cpu==/' examples/models/requirements-py37.txt; }
tools="${FRAMEWORK_TOOLS:-$HOME/.cache/deploy-ai-platform-tools}"
frameworks="$tools/frameworks-$(requirements | cksum | cut -d ' ' -f 1)"

if [ ! -f "$frameworks/installed" ]; then
  # The runtime's own Python first; the later ones have wheels of the same releases.
  python=''
  [ "$(uname -sm)" != 'Linux x86_64' ] || for version in 3.7 3.8 3.9 3.10; do
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/"python$version"; do
      "$candidate" -c 'import ensurepip, venv' 2> /dev/null && python=$candidate && break 2
    done
  done
  if [ -z "$python" ]; then
    echo 'The frameworks of the example models need Linux on x86-64 and Python 3.7 to 3.10, which is not here. Install one (https://www.python.org/downloads).' >&2
    exit 3
  fi
  echo "Installing $(requirements | tr '\n' ' ')for $("$python" --version)" >&2
  rm -rf "$frameworks"
  mkdir -p "$tools"
  "$python" -m venv "$frameworks"
  requirements > "$frameworks/requirements.txt"
  "$frameworks/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    --requirement "$frameworks/requirements.txt" >&2
  touch "$frameworks/installed"
fi
echo "$frameworks"
