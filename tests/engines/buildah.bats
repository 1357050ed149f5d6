# SPDX-License-Identifier: Apache-2.0
# buildah with --runtime ocirun --isolation oci: buildah itself is the monitor, polls `state`, and
# deletes.
#
# shellcheck disable=SC2016,SC2034,SC2154

load helpers

setup_file() {
	lacks buildah && return
	world_begin
	make_image
	b from "${OFF[@]}" --cgroup-parent "/$(group)" --name work scratch >"$W/log" 2>&1
	b add -q work "$W/image.tar" / >>"$W/log" 2>&1 || { cat "$W/log"; return 1; }
}

teardown_file() { world_end; }

# What this version cannot do yet is switched off, and limits that need CAP_SYS_RESOURCE.
OFF=(--security-opt seccomp=unconfined --ulimit nofile=1024:1024 --ulimit nproc=1024:1024)
b() {
	inw buildah --root "$W/storage" --runroot /run/storage --storage-driver vfs "$@"
}
run() { capture b run --runtime "$OCIRUN" --isolation oci --network none "$@"; }

@test "buildah run passes output and exit code" {
	run work -- sh -c 'echo out; echo err >&2; exit 42'
	exits 42
	has out
	says err
	nothing_left /run/ocirun
}

@test "buildah run passes stdin" {
	echo data >"$T/in"
	STDIN=$T/in
	run work -- cat
	ok data
}

@test "buildah shows ocirun's message" {
	run work -- nosuch
	[[ $status != 0 ]]
	says 'exec: "nosuch": executable file not found in $PATH'
	nothing_left /run/ocirun
}

@test "buildah: user, directory, environment, volume, hostname, capabilities" {
	mkdir "$T/vol"
	echo in >"$T/vol/f"
	run --user user --workingdir /var --env A=b --hostname foo -v "$T/vol:/v:ro" work -- \
		sh -c 'id -u; pwd; echo $A; hostname; cat /v/f; touch /v/x'
	exits 1
	has $'1000\n/var\nb\nfoo\nin'
	says 'Read-only file system'
	run --cap-add CAP_NET_ADMIN work -- grep CapBnd /proc/self/status
	exits 0
	[[ $((0x${output##*:?} & 0x1000)) != 0 ]]
}

@test "buildah: a terminal" {
	run --terminal work -- tty
	exits 0
	has /dev/pts/0
}

@test "buildah: host network" {
	capture b run --runtime "$OCIRUN" --isolation oci --network host work -- readlink /proc/self/ns/net
	ok "$(inw readlink /proc/self/ns/net)"
}

@test "buildah builds an image from a Containerfile" {
	mkdir "$T/context"
	cp "$W/image.tar" "$T/context"
	cat >"$T/context/Containerfile" <<-'END'
		FROM scratch
		ADD image.tar /
		RUN echo built >/built
		RUN ["/bin/sh", "-c", "cat /built; id -u"]
		USER user
		WORKDIR /var
		RUN pwd; id -u
	END
	capture b bud --runtime "$OCIRUN" --isolation oci "${OFF[@]}" \
		--cgroup-parent "/$(group)" --network none --tag built "$T/context"
	exits 0
	has $'built\n0\n'
	has $'/var\n1000\n'
	b from "${OFF[@]}" --name again built
	run again -- cat /built
	ok built
	nothing_left /run/ocirun
}

@test "buildah: a failed step ends the build" {
	mkdir "$T/context"
	cp "$W/image.tar" "$T/context"
	printf 'FROM scratch\nADD image.tar /\nRUN exit 3\n' >"$T/context/Containerfile"
	capture b bud --runtime "$OCIRUN" --isolation oci "${OFF[@]}" \
		--cgroup-parent "/$(group)" --network none "$T/context"
	exits 3
	nothing_left /run/ocirun
}

@test "buildah: default seccomp profile" {
	needs_feature SECCOMP
	b from "${OFF[@]:2}" --name confined scratch
	b add -q confined "$W/image.tar" /
	run confined -- grep Seccomp: /proc/self/status
	ok $'Seccomp:\t2'
}
