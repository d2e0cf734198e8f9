#!/usr/bin/env bash
# Installs what the job summary is rendered with and prints where: a browser and GitHub's own Markdown engine, of the
# system; Mermaid, GitHub's style sheet and fonts, each at one version, from the npm registry, into a directory outside
# the repository. What is there already is left as it is.
set -euo pipefail

# The releases of Mermaid that GitHub, and GitHub Enterprise Server, may have lie between these two.
mermaid_old=10.9.3
mermaid_new=12.3.0
github_markdown_css=5.9.0
noto_sans=5.3.0
noto_sans_mono=5.3.0

tools="${WORKFLOW_TOOLS:-$HOME/.cache/deploy-ai-platform-tools}"
page="$tools/summary-page-$mermaid_old-$mermaid_new-$github_markdown_css-$noto_sans-$noto_sans_mono"

packages=()
for browser in "${CHROME_BIN:-}" chromium chromium-browser google-chrome google-chrome-stable chrome ''; do
  [ -n "$browser" ] && command -v "$browser" > /dev/null && break
done
[ -n "$browser" ] || packages+=(chromium fonts-noto-color-emoji)
command -v cmark-gfm > /dev/null || packages+=(cmark-gfm)
if [ ${#packages[@]} -gt 0 ]; then
  root=(env DEBIAN_FRONTEND=noninteractive)
  [ "$(id -u)" = 0 ] || root=(sudo -n "${root[@]}")
  echo "Installing ${packages[*]}" >&2
  { "${root[@]}" apt-get update -qq &&
    "${root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >&2 || {
    echo "Job summaries are rendered with ${packages[*]}, which could not be installed here. Install them." >&2
    exit 1
  }
fi

# Takes files out of a package as it is on the registry: none of it is run, and none of what it depends on is needed.
take() {
  local into="$page.new/$1" package=$2
  shift 2
  mkdir -p "$into"
  echo "Installing $package" >&2
  tar -xzf "$page.new/$(cd "$page.new" && npm pack "$package" --silent)" \
    -C "$into" --strip-components=1 "${@/#/package/}"
}

if [ ! -d "$page" ]; then
  rm -rf "$page.new"
  mkdir -p "$page.new"
  take mermaid-old "mermaid@$mermaid_old" dist/mermaid.min.js
  take mermaid-new "mermaid@$mermaid_new" dist/mermaid.min.js
  take github-markdown-css "github-markdown-css@$github_markdown_css" \
    github-markdown-light.css github-markdown-dark.css
  take noto-sans "@fontsource/noto-sans@$noto_sans" 400.css 600.css files
  take noto-sans-mono "@fontsource/noto-sans-mono@$noto_sans_mono" 400.css files
  rm -f "$page.new"/*.tgz
  mv "$page.new" "$page"
fi

ln -sfn "$page" "$tools/summary-page"
echo "$tools/summary-page"
