# SPDX-License-Identifier: Apache-2.0
# What the image tests start from: the private world of the engine tests, and OCI images that umoci
# unpacks, together with the config.json that umoci writes.
#
# shellcheck shell=bash disable=SC2034,SC2154

# shellcheck source=tests/engines/helpers.bash
source "${BASH_SOURCE[0]%/*}/../engines/helpers.bash"

IMAGES_DIR=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
setup() {
	engine_setup
	ID=image$BATS_TEST_NUMBER
}
# A failed test must not fail the next one.
teardown() { [[ -n $BATS_TEST_SKIPPED || -e $W/skip ]] || inw "$OCIRUN" delete --force "$ID" >/dev/null; }

# unpack_image NAME TREE [umoci config OPTION...]: $W/NAME is a bundle with TREE as its root
unpack_image() {
	local name=$1 tree=$2
	shift 2
	[[ -d $W/oci ]] || umoci init --layout "$W/oci"
	umoci new --image "$W/oci:$name"
	umoci insert --image "$W/oci:$name" "$tree" /
	umoci config --image "$W/oci:$name" "$@"
	umoci unpack --image "$W/oci:$name" "$W/$name"
}

# edited BUNDLE EXPRESSION: print the path of another config.json for it
edited() {
	jq "$2" "$1/config.json" >"$T/config.json" && echo "$T/config.json"
}
