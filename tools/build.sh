# Sourced by the scripts beside it: installs what is missing, builds what changed. Everything it says goes to stderr.
# shellcheck shell=bash
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false # A build leaves no server running behind it.

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# need THING=PACKAGE...: installs the Debian packages of the commands, or the files, that are not there.
need() {
  local pair missing=()
  for pair in "$@"; do
    [ -e "${pair%%=*}" ] || command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null 2>&1 || die "needs ${missing[*]}, and there is no apt-get here: install them by hand."
  say "installing ${missing[*]} …"
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo -n)
  { "${root[@]}" apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >"${TMPDIR:-/tmp}/sv2fw-apt.$$" 2>&1 ||
    { tail -n 5 "${TMPDIR:-/tmp}/sv2fw-apt.$$" >&2
      die "apt-get could not install ${missing[*]}: run this as root once, or install them by hand."; }
  rm -f "${TMPDIR:-/tmp}/sv2fw-apt.$$"
}

# need_sdk: the .NET 10 SDK, which no package of Debian's brings.
need_sdk() {
  command -v dotnet >/dev/null 2>&1 ||
    die "needs the .NET 10 SDK, and there is no dotnet on the path: see https://dotnet.microsoft.com/download."
  dotnet --list-sdks | grep -q '^10\.' || die "needs the .NET 10 SDK; here is $(dotnet --version 2>/dev/null)."
  export DOTNET_ROOT="${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}" # For the programs we build.
}

# quietly WHAT COMMAND...: shows the output only where it failed.
quietly() {
  local what="$1" log
  shift
  log="$(mktemp)"
  # shellcheck disable=SC2064 # The log of now.
  trap "rm -f '$log'; exit 130" INT TERM # Ctrl-C in a build is no failed build.
  if ! "$@" >"$log" 2>&1; then
    grep -E 'error|warning' "$log" | sort -u | head -n 30 >&2 || tail -n 30 "$log" >&2
    rm -f "$log"
    die "$what failed."
  fi
  trap - INT TERM
  rm -f "$log"
}

# sources_stamp [FOLDER]...: a hash of the product's sources, and of the folders', tests and texts left out.
sources_stamp() {
  find drivers firmware board-configs Directory.* CodeMetricsConfig.txt global.json .editorconfig "$@" -type f \
    -not -name '*.Tests.cs' -not -name '*.md' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

# alone COMMAND...: while no other script builds in this clone, for they would write the same files.
alone() {
  local lock
  mkdir -p artifacts
  exec {lock}>artifacts/.building
  flock -n "$lock" || { say "waiting for another build here …" && flock "$lock"; }
  eval "\"\$@\" $lock>&-" # A compiler that stays behind for the next build must not keep the lock meanwhile.
  exec {lock}>&-
}

# tool NAME PROGRAM: builds tools/NAME where its sources, or its PROGRAM.dll, are not those of its last build here.
tool() { alone tool_here "$@"; }
tool_here() {
  local result="artifacts/bin/$1/release/$2.dll" stamp="artifacts/$1.stamp" sources
  sources="$(sources_stamp "tools/$1")"
  [ "$(cat "$stamp" 2>/dev/null)" = "$sources $(stat -c %Y.%s "$result" 2>/dev/null)" ] && return
  say "building tools/$1 …"
  quietly "the build of tools/$1" dotnet build "tools/$1/$1.csproj" -c Release
  printf '%s %s\n' "$sources" "$(stat -c %Y.%s "$result")" >"$stamp"
}

# publish RID: the NativeAOT binary in artifacts/sv2fw/RID, made again only where its sources changed.
publish() { alone publish_here "$@"; }
publish_here() {
  local rid="$1" folder="artifacts/sv2fw/$1" stamp
  stamp="$(sources_stamp)"
  [ "$(cat "$folder/.stamp" 2>/dev/null)" = "$stamp" ] && return
  say "compiling sv2fw for $rid to native code (about a minute the first time) …"
  rm -rf "$folder"
  quietly "the native build for $rid" dotnet publish firmware/Firmware.csproj -c Release -r "$rid" -o "$folder"
  printf '%s\n' "$stamp" >"$folder/.stamp"
}
