#!/usr/bin/env bash
# Runs a command on a private machine made of this one: machine.sh COMMAND [ARGUMENT...]
#
# The private machine has namespaces of its own (mounts, network, processes, host name) and a root that is an overlay:
# this machine's files below, Debian's mail servers unpacked above, in memory. When the command ends, or is killed, the
# kernel takes all of it away: nothing is installed, nothing listens outside, no file in /etc or /var changes.
# Only the project's folder is the real one; the packages are kept in node_modules/.cache/lab.
#
# Where that is not possible the reason is printed and the lab is skipped; with EXIWHY_LAB=required that is a failure.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=$project/node_modules/.cache/lab

# The Exim that follows the release's own is only unpacked, to /opt/newer.
newer=exim4-daemon-light
# Exim and Postfix exclude each other as packages, so apt is asked for one set at a time.
package_sets=(
  "exim4-daemon-light iproute2 openssl libfaketime rsyslog strace"
  "postfix"
)

skip() {
  echo "lab skipped: $1" >&2
  [ "${EXIWHY_LAB:-}" = required ] && exit 1
  exit 0
}

# Downloads what this machine lacks, with lists of its own: apt's files in /var stay as they are.
fetch() {
  local release mirror apt
  release=$(. /etc/os-release && echo "$VERSION_CODENAME") || return
  apt=(timeout 120 apt-get -qq -o "Dir::State::Lists=$cache/lists" -o "Dir::Cache=$cache" -o Debug::NoLocking=1
    -o APT::Sandbox::User=root -o APT::Update::Post-Invoke=: -o "Dir::Etc::SourceList=$cache/sources.list")
  rm -rf "$cache" && mkdir -p "$cache/lists/partial" "$cache/archives/partial" "$cache/newer" || return
  cat /etc/apt/sources.list >"$cache/sources.list" 2>/dev/null || true
  # The backports lie where the release itself comes from.
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | sed -n "s/ $release\$//p" | head -n 1)
  echo "deb $mirror $release-backports main" >>"$cache/sources.list"
  "${apt[@]}" update || return
  (cd "$cache/newer" && "${apt[@]}" download "$newer/$release-backports") || return
  for packages in "${package_sets[@]}"; do
    # shellcheck disable=SC2086
    "${apt[@]}" install --download-only --yes --no-install-recommends $packages || return
  done
  rm -rf "$cache/lists" "$cache"/*.bin
  echo "${package_sets[@]}" >"$cache/complete"
}

# Inside the namespaces: makes the root and goes there.
inside() {
  # /mnt is only the place to hang things up; it is covered in this mount namespace alone.
  mount -t tmpfs -o mode=755 lab /mnt
  mkdir -p /mnt/{upper,work,root} /mnt/upper/{usr/{bin,sbin,lib,lib64},etc,dev,proc,tmp}
  chmod 1777 /mnt/upper/tmp
  for dir in bin sbin lib lib64; do [ -L "/$dir" ] && ln -s "usr/$dir" "/mnt/upper/$dir"; done
  for deb in "$cache"/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C /mnt/upper
  done
  mkdir -p /mnt/upper/opt/newer
  dpkg-deb --fsys-tarfile "$cache"/newer/*.deb | tar -x -C /mnt/upper/opt/newer
  mount -t overlay lab -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
  cd /mnt/root
  mount -t proc proc proc
  # Devices one by one: /dev itself must be ours, or a socket removed there would be removed on the real machine.
  mount -t tmpfs -o mode=755 dev dev
  for device in null zero full random urandom tty; do
    touch "dev/$device" && mount --bind "/dev/$device" "dev/$device"
  done
  ln -s /proc/self/fd dev/fd
  mkdir -p dev/shm ".$project" && mount --bind "$project" ".$project"
  # The host name and address lookups that libc does by itself.
  echo srv1.hosting.example >/proc/sys/kernel/hostname
  rm -f etc/resolv.conf etc/hosts
  printf '%s\n' 'nameserver 127.0.0.1' 'options timeout:1 attempts:1' >etc/resolv.conf
  echo '127.0.0.1 localhost' >etc/hosts
  for user in Debian-exim:4001 postfix:4002 postdrop:4003; do
    grep -q "^${user%:*}:" etc/group || echo "${user%:*}:x:${user#*:}:" >>etc/group
    grep -q "^${user%:*}:" etc/passwd || echo "${user%:*}:x:${user#*:}:${user#*:}::/nonexistent:/bin/false" >>etc/passwd
  done
  ldconfig -r .
  # shellcheck disable=SC2016
  exec chroot . /bin/bash -c 'ip link set lo up && cd "$1" && shift && exec "$@"' lab "$project" "$@"
}

if [ "${1:-}" = --inside ]; then
  shift
  inside "$@"
fi
[ "$(uname -s)" = Linux ] || skip 'it needs Linux'
[ "$(id -u)" = 0 ] || skip 'it needs root'
for tool in unshare dpkg-deb apt-get; do command -v "$tool" >/dev/null || skip "it needs Debian's $tool"; done
namespaces=(unshare --mount --net --pid --uts --ipc --fork --mount-proc --kill-child)
"${namespaces[@]}" true 2>/dev/null || skip 'the kernel does not let this process make namespaces'
[ "$(cat "$cache/complete" 2>/dev/null)" = "${package_sets[*]}" ] || fetch || skip "Debian's packages could not be downloaded"
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH
exec "${namespaces[@]}" "${BASH_SOURCE[0]}" --inside "$@"
