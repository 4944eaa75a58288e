# shellcheck shell=bash
# The software that linking and the servers take. Sourced, under `set -euo pipefail`, by the scripts and .ci/run:
#
#   install_missing [servers]   installs what linking needs and, on demand, what the harness starts servers from
#   install_tool NAME           installs a tool of Cargo's
#   say, die                    a message to stderr
#
# The servers themselves are started by the harness: upsert-harness/src/bin/with-servers.rs, and the tests of faults.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }

# Debian keeps daemons where a plain user's PATH does not look.
has_program() { PATH=$PATH:/usr/local/sbin:/usr/sbin type -P "$1"; }

# Where there is apt, only its packages of PostgreSQL count, not what else is in PATH.
has_postgres_server() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' || { ! type -P apt-get && type -P initdb; }
}

# Servers refuse to run as root, so root needs the accounts that their packages create.
has_account() { ((EUID)) || id -u "$1"; }
has_postgres() { has_postgres_server && has_account postgres; }
has_mariadb() {
    has_program mariadbd && type -P mariadb-install-db && type -P mariadb && has_account mysql
}
has_mysql_library() { pkg-config --exists libmariadb || pkg-config --exists mysqlclient; }

# need PACKAGE TEST..: notes a Debian package as missing when the test fails.
need() { "${@:2}" &>/dev/null || missing+=("$1"); }

look_for_missing() {
    missing=()
    need pkg-config type -P pkg-config
    need libpq-dev pkg-config --exists libpq
    need libmariadb-dev has_mysql_library
    [[ ${1-} == servers ]] || return 0
    need postgresql has_postgres
    need mariadb-server has_mariadb
    need galera-4 test -e /usr/lib/galera/libgalera_smm.so
    need rsync type -P rsync
}

install_tool() {
    type -P "$1" >/dev/null && return
    say "installing with Cargo: $1"
    cargo install --quiet --locked "$1"
}

install_missing() {
    local missing as_root=() package log
    look_for_missing "$@"
    ((${#missing[@]})) || return 0
    local packages="${missing[*]}"

    type -P apt-get >/dev/null || die "there is no apt-get to install what is missing; Debian calls it: $packages"
    if ((EUID)); then
        type -P sudo >/dev/null || die "neither root nor sudo to install what is missing: $packages"
        as_root=(sudo)
    fi

    say "installing with apt-get: $packages"
    # The two variables keep the packages from starting their services (systemd, sysvinit): we need the programs only.
    as_root+=(env DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 RUNLEVEL=1)
    local apt=("${as_root[@]}" apt-get -qq -o DPkg::Lock::Timeout=300)
    log=$(mktemp)
    "${apt[@]}" update >"$log" 2>&1 || say "apt-get update failed; trying with the lists that are there"
    # --no-remove: a MySQL that is in MariaDB's way is not ours to remove.
    if ! "${apt[@]}" install --yes --no-install-recommends --no-remove "${missing[@]}" </dev/null >>"$log" 2>&1; then
        tail -n 30 "$log" >&2
        rm "$log"
        die "apt-get could not install $packages"
    fi
    rm "$log"
    for package in "${missing[@]}"; do
        # Nor shall they start at the next boot.
        case $package in
            postgresql | mariadb-server) "${as_root[@]}" systemctl disable "${package%-server}" &>/dev/null || true ;;
        esac
    done

    look_for_missing "$@"
    ((${#missing[@]} == 0)) || die "installed, but still not usable: ${missing[*]}"
}
