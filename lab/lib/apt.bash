# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Packages from another Debian suite than this machine's, by apt-get with its own lists and caches
# in $work. It uses the mirror and proxy of the system's apt configuration, and changes nothing
# there. Sourced by the fetch-* programs.

: "${work=}"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

die()
{
	printf 'lab: %s\n' "$*" >&2
	exit 1
}

# The first mirror of the Debian archive proper that the system's apt sources name.
system_mirror()
{
	cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
		sed -nE 's/^URIs:[[:space:]]*([^[:space:]]+).*/\1/p
			s/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+).*/\2/p' |
		grep -E '/debian/?$' | head -n 1 || true
}

# apt_tool PROGRAM ARG...: runs apt-get or apt-cache with the lists in $work/apt only.
apt_tool()
{
	local program=$1
	shift
	"$program" -qq -o Dir::State="$work/apt" -o Dir::State::status="$work/apt/status" \
		-o Dir::Cache="$work/apt" -o Dir::Etc::sourcelist="$work/apt/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferences=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o APT::Architecture=amd64 -o APT::Architectures=amd64 \
		-o APT::Sandbox::User= -o APT::Update::Post-Invoke-Success::= -o Acquire::Languages=none \
		-o Acquire::Retries=3 "$@"
}

# First the system's mirror, then the public one.
update_lists()
{
	local suite=$1 mirror
	mkdir -p "$work"/apt/{lists/partial,archives/partial}
	: > "$work/apt/status"
	for mirror in "$(system_mirror)" http://deb.debian.org/debian; do
		[[ -n $mirror ]] || continue
		echo "deb [signed-by=$keyring] $mirror $suite main" > "$work/apt/sources.list"
		if apt_tool apt-get -o APT::Update::Error-Mode=any update >&2; then
			return 0
		fi
	done
	return 1
}

# packages_unpack DIRECTORY PACKAGE...: downloads them, and unpacks them there.
packages_unpack()
{
	local directory=$1 deb
	shift
	mkdir -p "$work/debs" "$directory"
	(cd "$work/debs" && apt_tool apt-get download "$@" >&2) || die "cannot download $*"
	for deb in "$work"/debs/*.deb; do
		dpkg -x "$deb" "$directory"
	done
}
