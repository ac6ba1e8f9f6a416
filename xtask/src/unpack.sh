# Unpacks packages, and those that they need and the system does not have, into the current folder, with a script that runs a program of
# theirs. The folder may be moved. Arguments: the program's path without the first slash, and the packages.
set -eu
program=$1
shift
needed=$(apt-get --simulate --no-install-recommends install "$@" | sed -n 's/^Inst \([^ ]*\).*/\1/p')
for package in $needed; do
    apt-get download "$package"
    dpkg-deb --extract ./*.deb .
    rm ./*.deb
done
script=$(basename "$program")
cat >"$script" <<SCRIPT
#!/bin/sh
folder=\$(dirname "\$(readlink -f "\$0")")
[ -x "\$folder/$program" ] || folder=
for libraries in "\$(dirname "\$(readlink -f "\$0")")"/usr/lib/*-linux-gnu; do
    export LD_LIBRARY_PATH="\$libraries"
done
lua="\$(dirname "\$libraries")/../share/lua"
for version in 3 4; do
    export "LUA_PATH_5_\$version=\$lua/5.\$version/?.lua;;" "LUA_CPATH_5_\$version=\$libraries/lua/5.\$version/?.so;;"
done
export APACHE_MODULES="\$folder/usr/lib/apache2/modules"
exec "\$folder/$program" "\$@"
SCRIPT
chmod 755 "$script"
