# shellcheck shell=bash
# Private PostgreSQL and MariaDB servers for the time of one command, and the software that takes.
# Sourced, under `set -euo pipefail`, by scripts/with-servers, scripts/test and .ci/run:
#
#   handle_signals              makes sure that nothing is left behind, however the script ends; to be called first
#   install_missing [servers]   installs what linking needs and, on demand, what start_servers needs
#   start_servers               exports PG_DATABASE_URL and MYSQL_DATABASE_URL; sets `servers`, one description each
#   supervise COMMAND [ARG..]   runs COMMAND, passes our signals on to it, returns its status
#   stop_servers                stops the servers and removes their folder
#
# All messages go to stderr.

start_deadline=60 # seconds that a server has to start
stop_deadline=30  # and to stop, before it is killed

servers=()        # descriptions: "PostgreSQL 15.18 (private server)"
declare -A pids=() # what we started, each the leader of a process group of its own
folder=           # holds everything that the servers write
command=          # what `supervise` runs, as an argument for kill

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }

# --- Software -------------------------------------------------------------------------------------------------------

# Debian keeps daemons where a plain user's PATH does not look.
find_program() { PATH=$PATH:/usr/local/sbin:/usr/sbin type -P "$1"; }

# The folder of the newest PostgreSQL server. Where there is apt, only its packages count, not what else is in PATH.
postgres_bin() {
    local initdb
    initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [[ -x $initdb ]] || ! type -P apt-get >/dev/null || return 1
    [[ -x $initdb ]] || initdb=$(type -P initdb) || return 1
    printf '%s\n' "${initdb%/*}"
}

mysql_client() { type -P mariadb || type -P mysql; }

# Servers refuse to run as root, so root needs the accounts that their packages create.
has_account() { ((EUID)) || id -u "$1"; }
has_postgres() { postgres_bin && type -P psql && has_account postgres; }
has_mariadb() {
    find_program mariadbd && type -P mariadb-install-db && type -P mariadb-admin && type -P mariadb && has_account mysql
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
    if [[ ${PG_DATABASE_URL-} ]]; then need postgresql-client type -P psql; else need postgresql has_postgres; fi
    if [[ ${MYSQL_DATABASE_URL-} ]]; then need mariadb-client mysql_client; else need mariadb-server has_mariadb; fi
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

# --- Servers --------------------------------------------------------------------------------------------------------

# spawn NAME ACCOUNT COMMAND..: starts COMMAND in the background, its output in NAME.log; as ACCOUNT where we are root.
# It has a process group of its own, out of reach of Ctrl-C, and is told to quit should this shell be killed outright.
spawn() {
    local name=$1 identity=()
    ((EUID)) || identity=(--reuid="$2" --regid="$2" --init-groups)
    set -m
    env -C "$folder" LC_ALL=C setpriv --pdeathsig QUIT "${identity[@]}" "${@:3}" </dev/null >>"$folder/$name.log" 2>&1 &
    set +m
    pids[$name]=$!
}

# The folder that a server may write to.
own_folder() {
    mkdir -m 700 "$folder/$1"
    ((EUID)) || chown "$2:" "$folder/$1"
}

failed() {
    say "$1 did not start; the end of its log:"
    tail -n 30 "$folder/$2.log" >&2
    exit 1
}

# Below the range from which Linux takes ports for outgoing connections.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)) && (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# launch TITLE NAME ACCOUNT PING COMMAND..: starts a server and waits until `PING port` succeeds; the port is in `port`.
# @PORT@ in COMMAND stands for the port; should another process be faster to take it, the next one is tried.
launch() {
    local title=$1 name=$2 account=$3 ping=$4 end=$((SECONDS + start_deadline))
    shift 4
    while :; do
        port=$(free_port)
        : >"$folder/$name.log"
        spawn "$name" "$account" "${@//@PORT@/$port}"
        while kill -0 "${pids[$name]}" 2>/dev/null; do
            if "$ping" "$port" &>/dev/null; then return; fi
            ((SECONDS < end)) || failed "$title" "$name"
            sleep 0.1
        done
        unset "pids[$name]"
        grep -q 'Address already in use' "$folder/$name.log" || failed "$title" "$name"
    done
}

# Both pings use the socket in our own folder: over TCP, some other server might be the one that answers.
ping_postgres() { "$(postgres_bin)/pg_isready" --timeout=2 --host="$folder/postgres" --port="$1"; }
ping_mariadb() { mariadb-admin --no-defaults --connect-timeout=2 --socket="$folder/mariadb/socket" --user=root ping; }

init_postgres() {
    own_folder postgres postgres
    spawn postgres postgres "$(postgres_bin)/initdb" --pgdata="$folder/postgres/data" --username=upsert --auth=trust \
        --encoding=UTF8 --locale=C --no-sync
}

init_mariadb() {
    own_folder mariadb mysql
    spawn mariadb mysql mariadb-install-db --no-defaults --datadir="$folder/mariadb/data" --tmpdir="$folder/mariadb" \
        --auth-root-authentication-method=normal --skip-test-db
}

# initialized TITLE NAME: waits for the above.
initialized() {
    local end=$((SECONDS + start_deadline))
    while kill -0 "${pids[$2]}" 2>/dev/null; do
        ((SECONDS < end)) || failed "$1" "$2"
        sleep 0.05
    done
    wait "${pids[$2]}" || failed "$1" "$2"
    unset "pids[$2]"
}

# Durability is not what is tested here, so neither server waits for the disk.
start_postgres() {
    local port
    initialized PostgreSQL postgres
    launch PostgreSQL postgres postgres ping_postgres "$(postgres_bin)/postgres" -D "$folder/postgres/data" -p @PORT@ \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder/postgres" -c max_connections=200 -c fsync=off
    psql -Xq --host="$folder/postgres" --port="$port" --username=upsert --dbname=postgres \
        --command='create database upsert'
    export PG_DATABASE_URL="postgres://upsert@127.0.0.1:$port/upsert"
}

start_mariadb() {
    local port
    initialized MariaDB mariadb
    launch MariaDB mariadb mysql ping_mariadb "$(find_program mariadbd)" --no-defaults \
        --datadir="$folder/mariadb/data" --tmpdir="$folder/mariadb" --socket="$folder/mariadb/socket" \
        --pid-file="$folder/mariadb/pid" --bind-address=127.0.0.1 --port=@PORT@ --skip-name-resolve \
        --max-connections=300 --character-set-server=utf8mb4 --innodb-buffer-pool-size=256M \
        --innodb-flush-log-at-trx-commit=0
    mariadb --no-defaults --skip-ssl --socket="$folder/mariadb/socket" --user=root --execute="
        create database upsert;
        create user upsert@'%' identified by 'upsert';
        grant all on *.* to upsert@'%' with grant option;"
    export MYSQL_DATABASE_URL="mysql://upsert:upsert@127.0.0.1:$port/upsert"
}

percent_decode() { local text=${1//\\/\\\\}; printf '%b' "${text//%/\\x}"; }

# mysql_version URL: the client takes no URL, so it is taken apart here.
mysql_version() {
    local url='^mysql://(([^:@/]*)(:([^@/]*))?@)?(\[([^]]+)\]|[^:/?]*)(:([0-9]+))?(/([^?]*))?(\?(.*))?$' socket
    [[ $1 =~ $url ]] || die "MYSQL_DATABASE_URL is not of the form mysql://user:password@host:port/database"
    local user=${BASH_REMATCH[2]} password=${BASH_REMATCH[4]} host=${BASH_REMATCH[6]:-${BASH_REMATCH[5]}}
    local port=${BASH_REMATCH[8]} database=${BASH_REMATCH[10]} parameters=${BASH_REMATCH[12]}
    socket=$([[ ! "&$parameters" =~ \&unix_socket=([^&]*) ]] || percent_decode "${BASH_REMATCH[1]}")
    MYSQL_PWD=$(percent_decode "$password") "$(mysql_client)" --no-defaults --connect-timeout=10 \
        --skip-column-names --batch ${user:+--user="$(percent_decode "$user")"} ${host:+--host="$host"} \
        ${port:+--port="$port"} ${socket:+--socket="$socket"} ${database:+--database="$(percent_decode "$database")"} \
        --execute='select version()'
}

# Asks both servers what they are, through the URLs that the tests will use.
describe_servers() {
    local version
    version=$(PGCONNECT_TIMEOUT=10 psql -XAtq --dbname="$PG_DATABASE_URL" --command='select version()') ||
        die "PostgreSQL: no answer from the server ($1)"
    read -r _ version _ <<<"$version" # "PostgreSQL 15.18 (Debian ..) on .."
    servers=("PostgreSQL $version ($1)")
    version=$(mysql_version "$MYSQL_DATABASE_URL") || die "MySQL/MariaDB: no answer from the server ($2)"
    case $version in # "10.11.19-MariaDB-0+deb12u1", "8.4.3"
        *MariaDB*) servers+=("MariaDB ${version%%-*} ($2)") ;;
        *) servers+=("MySQL ${version%%-*} ($2)") ;;
    esac
}

start_servers() {
    local postgres='private server' mariadb='private server'
    [[ ! ${PG_DATABASE_URL-} ]] || postgres='given by PG_DATABASE_URL'
    [[ ! ${MYSQL_DATABASE_URL-} ]] || mariadb='given by MYSQL_DATABASE_URL'

    folder=$(mktemp -d "${TMPDIR:-/tmp}/upsert-servers.XXXXXX")
    chmod 711 "$folder" # for the servers' accounts
    # The two slow steps go side by side.
    [[ ${PG_DATABASE_URL-} ]] || init_postgres
    [[ ${MYSQL_DATABASE_URL-} ]] || init_mariadb
    [[ ${PG_DATABASE_URL-} ]] || start_postgres
    [[ ${MYSQL_DATABASE_URL-} ]] || start_mariadb

    describe_servers "$postgres" "$mariadb"
    say "${servers[0]}, ${servers[1]}"
}

# What the servers hold is thrown away, so they are told to quit at once (PostgreSQL's "immediate shutdown"). Only the
# first process of each group is told: initdb's helpers would die without removing their shared memory.
stop_servers() {
    local pid end=$((SECONDS + stop_deadline))
    trap - EXIT
    trap '' HUP INT QUIT TERM
    for pid in "${pids[@]}"; do kill -QUIT "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do
        while kill -0 -- "-$pid" 2>/dev/null && ((SECONDS < end)); do sleep 0.05; done
        kill -KILL -- "-$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    pids=()
    [[ ! $folder ]] || rm -rf "$folder"
    folder=
    trap - HUP INT QUIT TERM
}

# --- Signals and the command ----------------------------------------------------------------------------------------

handle_signals() {
    local signal
    trap stop_servers EXIT
    for signal in HUP INT QUIT TERM; do
        # shellcheck disable=SC2064 # the signal's name is meant to be expanded now
        trap "on_signal $signal" "$signal"
    done
}

# While a command runs, a signal to us is a signal to it, and we end when it does.
on_signal() {
    [[ $command ]] || exit $((128 + $(kill -l "$1")))
    kill -s "$1" -- "$command" 2>/dev/null || true
}

# COMMAND runs in the background, because bash handles no signal while it waits for one in the foreground.
supervise() {
    local pid status=0
    if [[ -t 0 ]]; then
        # In our process group: the terminal stays usable, and Ctrl-C reaches all that COMMAND started.
        (trap - HUP INT QUIT TERM; exec "$@") <&0 &
        pid=$! command=$!
    else
        # In one of its own, so that a signal that only we get can be passed on to all that COMMAND started.
        set -m
        (exec "$@") &
        set +m
        pid=$! command=-$!
    fi
    while kill -0 "$pid" 2>/dev/null; do wait "$pid" 2>/dev/null || true; done # a signal ends `wait` early
    wait "$pid" || status=$?
    [[ $command != -* ]] || kill -TERM -- "$command" 2>/dev/null || true # what it left behind has no servers any more
    command=
    return "$status"
}
