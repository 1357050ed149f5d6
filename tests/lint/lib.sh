# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034  # the checks use what is set here
# Shared by the checks of this folder.  A check is a program of its own:
#
#	tests/lint/CHECK [TREE]
#
# It looks at TREE (default: this checkout), prints one "file:line: text" per
# finding, and exits 1 when there is any.  BUILDDIR may name a build of the tree,
# whose config.h and commit.h are then used; CC is the compiler.

set -u
lint_dir=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "${1:-$lint_dir/../..}" && pwd) || exit 2
cd "$tree" || exit 2
CC=${CC:-cc}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
: >"$work/findings"

# c_files [DIR...]: C sources and headers, sorted; everything ours by default.
c_files() {
	[ $# -gt 0 ] || set -- src libocispec tests
	for dir; do
		if [ -d "$dir" ]; then
			find "$dir" -name '*.[chS]' -o -name '*.def'
		fi
	done | LC_ALL=C sort
}

# scripts [DIR...]: everything that starts with #! of a shell or of bats.
scripts() {
	[ $# -gt 0 ] || set -- autogen.sh .ci contrib tests
	for dir; do
		if [ -e "$dir" ]; then
			find "$dir" -type f \( -name '*.sh' -o -name '*.bash' -o -name '*.bats' -o \
				! -name '*.*' \) -size -200k
		fi
	done | LC_ALL=C sort | while read -r file; do
		case $file in
		*.sh | *.bash | *.bats) echo "$file" ;;
		*) head -n 1 "$file" | grep -q '^#!.*[/ ]\(sh\|bash\|bats\)$' && echo "$file" ;;
		esac
	done
}

# strip [-s] FILE...: the C code without comments, and with -s without the text in
# string literals, as "file:line:code" for each line that is left.
strip() {
	strings=1
	if [ "${1-}" = -s ]; then
		strings=0
		shift
	fi
	if [ $# -gt 0 ]; then
		awk -v strings="$strings" -f "$lint_dir/strip.awk" "$@"
	fi
}

# compile_flags: what every C file of the project is compiled with.
compile_flags() {
	if [ -n "${BUILDDIR-}" ] && [ -f "$BUILDDIR/config.h" ]; then
		generated=$BUILDDIR
	else
		generated=$work
		for feature in SECCOMP SELINUX SYSTEMD LIBSECCOMP LIBCAP LIBSELINUX; do
			echo "#define HAVE_$feature 0"
		done >"$work/config.h"
		echo '#define PACKAGE_VERSION "0"' >>"$work/config.h"
		echo '#define OCIRUN_COMMIT ""' >"$work/commit.h"
	fi
	echo "-std=gnu17 -D_GNU_SOURCE -include $generated/config.h -iquote $generated -iquote . -iquote src"
}

# allowed: drops the findings that tests/lint/allow excuses.
allowed() {
	awk -v check="$(basename "$0")" -v list="$tree/tests/lint/allow" '
	BEGIN {
		while ((getline line < list) > 0) {
			n = split(line, word, " ")
			if (word[1] == check && n >= 4) {
				file[++count] = word[2] ":"
				text[count] = word[3]
				gsub(/-/, " ", text[count])
			}
		}
	}
	{
		for (i = 1; i <= count; i++)
			if (index($0, file[i]) == 1 && index($0, text[i]))
				next
		print
	}'
}

# finish: prints the findings collected in $work/findings and exits.
finish() {
	allowed <"$work/findings" >"$work/left"
	cat "$work/left"
	[ ! -s "$work/left" ]
	exit
}
