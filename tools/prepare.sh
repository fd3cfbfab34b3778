# Sourced by tools/quickstart and tools/test: installs what this machine lacks, the npm packages, and the build.
# Says what it does; asks before it installs system packages, unless ASSUME_YES=1 or there is no terminal.

say() { printf '\033[1m▸ %s\033[0m\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# check_node: Node 20.19 or newer, and npm.
check_node() {
  command -v node >/dev/null && command -v npm >/dev/null || fail 'Node.js 20.19 or newer with npm is needed: https://nodejs.org'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old; 20.19 or newer is needed: https://nodejs.org"
}

# install_missing PACKAGE:PROGRAM…  — Debian packages whose program (a command, or a path with wildcards) is not here.
install_missing() {
  local missing=() item package program
  for item in "$@"; do
    package=${item%%:*} program=${item#*:}
    command -v "$program" >/dev/null || compgen -G "$program" >/dev/null || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "Please install: ${missing[*]}"
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "Please install as root: apt-get install ${missing[*]}"
    sudo=(sudo)
  fi
  say "Missing on this machine: ${missing[*]}"
  if [ "${ASSUME_YES:-0}" != 1 ] && [ -t 0 ]; then
    read -r -p "Install them with apt-get? [Y/n] " answer
    case "$answer" in [nN]*) fail "Please install: ${missing[*]}" ;; esac
  fi
  "${sudo[@]}" apt-get update -qq >&2
  # Debian starts services that it installs; the platform brings its own Redis, so none must run besides.
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
    fail "apt-get could not install: ${missing[*]}"
}

# install_npm: `npm ci`, only when the lock file has changed since the last time.
install_npm() {
  local stamp=node_modules/.aicode-lock
  if [ -f "$stamp" ] && cmp -s "$stamp" package-lock.json; then return 0; fi
  say 'Installing npm packages (sqlite3 is compiled, which takes a few minutes once)'
  npm ci --no-audit --no-fund --loglevel=error >&2 || fail 'npm ci failed; its output above says why'
  cp package-lock.json "$stamp"
}

build() {
  say 'Building'
  npm run --silent build >&2 || fail 'The build failed; its output above says why'
}
