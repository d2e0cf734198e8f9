#!/usr/bin/env bash
# Installs Cloud Storage servers that others wrote, and a proxy that makes networks bad, each at one version, from the
# registries of Go and PyPI, into a directory outside the repository, and prints its name. What is there already is
# left as it is.
set -euo pipefail

fake_gcs_server=1.56.1
toxiproxy=2.5.0
gcp_storage_emulator=2026.7.19

tools="${WORKFLOW_TOOLS:-$HOME/.cache/deploy-ai-platform-tools}"
mkdir -p "$tools/bin"

need() {
  command -v "$1" > /dev/null || {
    echo "The servers of others are installed with $1. Install it ($2)." >&2
    exit 1
  }
}

# Builds a Go module's command, once for each version.
go_command() {
  local name=$1 version=$2 package=$3
  if [ ! -x "$tools/$name-$version/$name" ]; then
    need go 'https://go.dev/dl'
    echo "Building $name $version" >&2
    GOBIN="$tools/$name-$version" go install "$package@v$version" >&2
  fi
  ln -sfn "$tools/$name-$version/$name" "$tools/bin/$name"
}

go_command fake-gcs-server "$fake_gcs_server" github.com/fsouza/fake-gcs-server
go_command server "$toxiproxy" github.com/Shopify/toxiproxy/v2/cmd/server
ln -sfn "$tools/server-$toxiproxy/server" "$tools/bin/toxiproxy-server"

python="$tools/python-gcp-storage-emulator-$gcp_storage_emulator"
if [ ! -f "$python/installed" ]; then
  need python3 'https://www.python.org/downloads'
  echo "Installing gcp-storage-emulator $gcp_storage_emulator" >&2
  rm -rf "$python"
  python3 -m venv "$python"
  "$python/bin/pip" install --quiet --disable-pip-version-check "gcp-storage-emulator==$gcp_storage_emulator" >&2
  touch "$python/installed"
fi
ln -sfn "$python/bin/gcp-storage-emulator" "$tools/bin/gcp-storage-emulator"
echo "$tools"
