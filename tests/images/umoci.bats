# SPDX-License-Identifier: Apache-2.0
# Images as they are found in registries, unpacked by umoci, run with umoci's own config.json:
# a small one of busybox, and Debian (tests/images/debian fetches it).
#
# shellcheck disable=SC2016,SC2034,SC2154

load helpers

setup_file() {
	lacks umoci script && return
	world_begin
	make_image
	unpack_image busybox "$W/image" --config.cmd sh >"$W/log" 2>&1 || { cat "$W/log"; return 1; }
	unpack_image service "$W/image" --config.user user --config.workingdir /var/www \
		--config.env A=b --config.entrypoint /bin/sh --config.entrypoint -c \
		--config.cmd 'id -u; pwd; echo $A' >"$W/log" 2>&1 || { cat "$W/log"; return 1; }
	tree=$("$IMAGES_DIR/debian" --cached 2>/dev/null) || return 0
	unpack_image debian "$tree" --config.cmd bash >"$W/log" 2>&1 || { cat "$W/log"; return 1; }
}

teardown_file() { world_end; }

needs_debian() { [[ -d $W/debian ]] || cannot "no Debian tree; run tests/images/debian"; }

run_image() { # BUNDLE COMMAND...
	local bundle=$W/$1 args
	shift
	args=$(jq -cn '$ARGS.positional' --args -- "$@")
	capture inw "$OCIRUN" run --bundle "$bundle" \
		--config "$(edited "$bundle" ".process.terminal = false | .process.args = $args")" "$ID"
}

@test "check finds no fault in umoci's config.json" {
	capture "$OCIRUN" check --bundle "$W/busybox"
	exits 0
	says ''
	[[ -z $stderr ]] || show "a problem"
}

@test "an image runs as umoci configured it, on a terminal" {
	printf 'hostname; exit 3\n' >"$T/in"
	STDIN=$T/in
	into_world "$OCIRUN" run --bundle "$W/busybox" "$ID"
	printf '%q ' exec "${INTO_WORLD[@]}" >"$T/run"
	capture timeout --signal KILL 30 script -qec "sh $T/run" /dev/null
	exits 3
	has umoci-default
}

@test "user, directory, environment and entry point of the image" {
	capture inw "$OCIRUN" run --bundle "$W/service" \
		--config "$(edited "$W/service" '.process.terminal = false')" "$ID"
	ok $'1000\n/var/www\nb'
}

@test "umoci's capabilities, limits and masks are applied" {
	run_image busybox sh -c 'grep -E "Cap|NoNew" /proc/self/status; ulimit -n; cat /proc/timer_list
		(echo x >/proc/sys/kernel/hostname) 2>/dev/null || echo ro'
	has $'CapBnd:\t0000000020000420'
	has $'CapAmb:\t0000000020000420'
	has $'NoNewPrivs:\t1'
	has $'\n1024\nro'
	hasnt 'Timer List'
}

@test "a daemon in the background: create, start, state, kill, delete" {
	local config
	config=$(edited "$W/busybox" '.process.terminal = false |
		.process.args = ["httpd", "-f", "-p", "8080", "-h", "/var/www"]')
	inw "$OCIRUN" create --bundle "$W/busybox" --config "$config" "$ID" </dev/null >"$T/out" 2>&1
	equal "$(inw "$OCIRUN" state "$ID" | jq -r .status)" created
	inw "$OCIRUN" start "$ID"
	equal "$(inw "$OCIRUN" state "$ID" | jq -r .status)" running
	# its own network namespace has lo alone, and it is up
	wait_until answers
	inw "$OCIRUN" kill "$ID" KILL
	wait_until is_stopped
	inw "$OCIRUN" delete "$ID"
	capture inw "$OCIRUN" state "$ID"
	exits 1
	says 'does not exist'
	nothing_left /run/ocirun
}
answers() {
	local pid
	pid=$(inw "$OCIRUN" state "$ID" | jq .pid)
	inw nsenter --net="/proc/$pid/ns/net" busybox wget -q -O - http://127.0.0.1:8080/ | grep -q hello
}
is_stopped() { [[ $(inw "$OCIRUN" state "$ID" | jq -r .status) == stopped ]]; }

@test "Debian: shell, id, apt-get, dpkg, perl" {
	needs_debian
	run_image debian bash -c 'id -un; echo ${BASH_VERSION%%.*}; perl -e "print 6*7, qq(\n)"
		apt-get --version | head -1; dpkg --get-selections | grep -cw install'
	exits 0
	matches $'^root\n5\n42\napt [0-9.]+ \\(.*\\)\n[0-9]+$'
	[[ -z $stderr ]] || show "a complaint"
}

@test "Debian: a package is installed from a file" {
	needs_debian
	command -v dpkg-deb >/dev/null || cannot "dpkg-deb is not installed"
	mkdir -p "$T/pkg/DEBIAN" "$T/pkg/usr/share/made"
	printf 'Package: made\nVersion: 1\nArchitecture: all\nMaintainer: none <none@localhost>\nDescription: test\n' \
		>"$T/pkg/DEBIAN/control"
	printf '#!/bin/sh\necho configured >/usr/share/made/done\n' >"$T/pkg/DEBIAN/postinst"
	chmod 755 "$T/pkg/DEBIAN/postinst"
	dpkg-deb --root-owner-group --build "$T/pkg" "$W/debian/rootfs/made.deb" >/dev/null
	# umoci's three capabilities do not suffice for dpkg
	config=$(edited "$W/debian" '.process.terminal = false | .process.args = ["dpkg", "-i", "/made.deb"] |
		.process.capabilities |= map_values(. + ["CAP_CHOWN", "CAP_FOWNER", "CAP_DAC_OVERRIDE"])')
	capture inw "$OCIRUN" run --bundle "$W/debian" --config "$config" "$ID"
	exits 0
	[[ $(<"$W/debian/rootfs/usr/share/made/done") == configured ]]
}

@test "Debian: many processes, all gone at the end" {
	needs_debian
	run_image debian bash -c 'for i in {1..200}; do sleep 1000 & done; jobs -p | wc -l'
	ok 200
	capture inw ps ax -o args
	hasnt 'sleep 1000'
	nothing_left /run/ocirun
}
