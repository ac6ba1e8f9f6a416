# Unpacks pgbouncer and its libraries into the current folder, with a script that runs it. The folder may be moved.
set -eu
apt-get download pgbouncer libc-ares2 libevent-2.1-7
for package in ./*.deb; do
    dpkg-deb --extract "$package" .
done
cat >pgbouncer <<'SCRIPT'
#!/bin/sh
folder=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH=$(dirname "$folder"/usr/lib/*/libcares.so.2) exec "$folder/usr/sbin/pgbouncer" "$@"
SCRIPT
chmod 755 pgbouncer
