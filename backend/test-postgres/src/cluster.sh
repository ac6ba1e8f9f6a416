# Runs a temporary PostgreSQL cluster until standard input is closed, which also happens when the parent process is killed.
# $1: the folder of PostgreSQL's programs with a trailing slash; empty if they are on the PATH. Prints the cluster's folder once it runs.
# $2: a port of 127.0.0.1 on which it accepts $PASSWORD over TLS, with $CERTIFICATE and $KEY; empty for none.
set -eu
umask 077
trap '' INT HUP TERM
folder=$(mktemp -d "${TMPDIR:-/tmp}/latchkey-postgres.XXXXXX")
data=$folder/data
clean_up() {
    "${1}pg_ctl" --pgdata="$data" --mode=immediate --wait stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
settings() {
    # The data need not survive a crash of the machine.
    cat <<SETTINGS
listen_addresses = '${2:+127.0.0.1}'
port = ${2:-5432}
ssl = $([ -n "$2" ] && echo on || echo off)
unix_socket_directories = '$folder'
max_connections = 400
fsync = off
full_page_writes = off
wal_level = replica
max_wal_senders = 0
SETTINGS
}
{
    echo "${PASSWORD-unused}" >"$folder/password" &&
    "${1}initdb" --pgdata="$data" --auth-local=trust --auth-host=scram-sha-256 --pwfile="$folder/password" \
        --username=postgres --encoding=UTF8 --no-locale --no-sync &&
    echo "${CERTIFICATE-}" >"$data/server.crt" && echo "${KEY-}" >"$data/server.key" &&
    settings "$@" >>"$data/postgresql.conf" &&
    "${1}pg_ctl" --pgdata="$data" --log="$folder/log" --wait start
} >"$folder/start" 2>&1 || { cat "$folder/start" "$folder/log" >&2; clean_up "$1"; exit 1; }
echo "$folder"
read -r _ || true
clean_up "$1"
