#!/bin/sh
# Print in one line that a command is missing, its purpose, and how to install it or go without; or install it.
#
#   scripts/need.sh COMMAND PURPOSE
#   scripts/need.sh --debian PACKAGE COMMAND PURPOSE    Install it with apt-get, as root on Debian.
package=
if [ "$1" = --debian ]; then
    package=$2
    shift 2
fi
command=$1
purpose=$2
if command -v "$command" >/dev/null; then
    exit
fi
if [ -n "$package" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update && exec apt-get install -y --no-install-recommends "$package"
fi
case $command in
node | npm) how="Install Node 20 or newer (https://nodejs.org)" ;;
*) how="Install it (Debian: apt-get install $package, as root)" ;;
esac
case $command in
mmdebstrap) without="go without: \`make matrix\` takes the Pythons that there are" ;;
*) without="go without: \`make test\` does not need it" ;;
esac
echo "$command is missing, for $purpose. $how, or $without." >&2
exit 1
