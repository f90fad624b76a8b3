#!/bin/sh
# Run Pythons that are newer than those of pyenv, in a chroot with Debian's testing suite.
#
#   scripts/debian_pythons.sh make           Create the root folder; needs root, `mmdebstrap`, and `apt-get update` before.
#   scripts/debian_pythons.sh run COMMAND    Run a command in the chroot, in this project's folder.
#
# The root folder is .cache/debian, or $DEBIAN_ROOT. The command has a mount namespace of its own: its mounts end with it
# and are not visible to other processes, so that the folder can be deleted at any time.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd)
root=${DEBIAN_ROOT:-$project/.cache/debian}
suite=forky
packages=python3.14-venv,python3.15-venv,ca-certificates

mirror() {
    # The mirror that apt uses for the main archive.
    apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Label: Debian' | head -n 1
}

make_root() {
    from=$(mirror)
    if [ -z "$from" ]; then
        echo "apt has no mirror of Debian's archive: run apt-get update first" >&2
        exit 1
    fi
    if grep -qF " $root.part/" /proc/self/mountinfo; then
        echo "$root.part has mounts: unmount them first" >&2
        exit 1
    fi
    rm -rf --one-file-system "$root.part"
    mkdir -p "$root.part"
    # A mirror may be a snapshot with an expired Release file, and apt may lack the key of the suite.
    mmdebstrap --quiet --mode=root --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
        --include="$packages" "$suite" "$root.part" "deb [trusted=yes check-valid-until=no] $from $suite main"
    mv "$root.part" "$root"
}

copy() {
    # Copy existing files of this machine to the same paths in the root folder.
    for file; do
        if [ -f "$file" ]; then
            mkdir -p "$root$(dirname "$file")"
            # A link in the root folder could lead to a file of this machine: replace the link.
            cp --remove-destination --dereference "$file" "$root$file"
        fi
    done
}

enter() {
    # Runs in the mount namespace of `unshare`.
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mkdir -p "$root$project"
    mount --bind "$project" "$root$project"
    exec chroot "$root" /usr/bin/env --chdir="$project" "$@"
}

command=$1
shift
case $command in
make) [ -e "$root/usr/bin/python3.15" ] || make_root ;;
run)
    copy /etc/resolv.conf /etc/hosts /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" \
        /etc/ssl/certs/ca-certificates.crt "${PIP_CONFIG_FILE:-}" "${PIP_CERT:-}" "${SSL_CERT_FILE:-}" "${REQUESTS_CA_BUNDLE:-}"
    exec unshare --mount --propagation private "$0" enter "$@"
    ;;
enter) enter "$@" ;;
*)
    echo "usage: $0 make | run COMMAND" >&2
    exit 2
    ;;
esac
