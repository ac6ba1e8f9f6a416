# Runs a temporary PostgreSQL cluster until standard input is closed, which also happens when the parent process is killed.
# $1: the folder of PostgreSQL's programs with a trailing slash; empty if they are on the PATH. Prints the cluster's folder once it runs.
set -eu
umask 077
trap '' INT HUP TERM
folder=$(mktemp -d "${TMPDIR:-/tmp}/latchkey-postgres.XXXXXX")
data=$folder/data
clean_up() {
    "${1}pg_ctl" --pgdata="$data" --mode=immediate --wait stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
# The data need not survive a crash of the machine.
{
    "${1}initdb" --pgdata="$data" --auth=trust --username=postgres --encoding=UTF8 --no-locale --no-sync &&
    cat >>"$data/postgresql.conf" <<SETTINGS &&
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 400
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
SETTINGS
    "${1}pg_ctl" --pgdata="$data" --log="$folder/log" --wait start
} >"$folder/start" 2>&1 || { cat "$folder/start" "$folder/log" >&2; clean_up "$1"; exit 1; }
echo "$folder"
read -r _ || true
clean_up "$1"
