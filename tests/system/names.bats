# SPDX-License-Identifier: Apache-2.0
# Host name and domain name.
#
# shellcheck disable=SC2016,SC2154

load helpers

@test "hostname: in the container, not on the host" {
	local before
	before=$(uname -n)
	config '.hostname = "inner.example"'
	inside 'hostname; cat /proc/sys/kernel/hostname'
	is $'inner.example\ninner.example'
	equal "$(uname -n)" "$before"
}

@test "hostname: 64 characters" {
	config ".hostname = \"$(printf 'h%.0s' {1..64})\""
	inside 'hostname | wc -c'
	is 65
}

@test "hostname: 65 characters are refused at its place" {
	config ".hostname = \"$(printf 'h%.0s' {1..65})\""
	refused hostname
}

@test "hostname: absent leaves the name as it is" {
	config 'del(.hostname)'
	inside 'hostname'
	is "$(uname -n)"
}

@test "hostname: needs a uts namespace" {
	no_namespace uts
	refused_at /hostname "UTS namespace"
}

@test "hostname: kernel.hostname as a sysctl is refused" {
	config '.linux.sysctl = {"kernel.hostname": "x"}'
	refused kernel.hostname
}

@test "domainname" {
	ocirun_only "1.1 does not know it"
	config '.domainname = "inner.domain"'
	inside 'cat /proc/sys/kernel/domainname'
	is inner.domain
	[[ $(</proc/sys/kernel/domainname) != inner.domain ]]
}

@test "domainname: needs a uts namespace" {
	ocirun_only "1.1 does not know it"
	no_namespace uts
	config 'del(.hostname)' '.domainname = "x"'
	refused_at /domainname "UTS namespace"
}

@test "hostname and domainname together" {
	ocirun_only "1.1 does not know it"
	config '.hostname = "h"' '.domainname = "d"'
	inside 'cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname'
	is $'h\nd'
}
