# SPDX-License-Identifier: Apache-2.0
# The command line: what engines type, in all its spellings, and how mistakes
# are answered; logs; the commands that touch no container.
#
# shellcheck disable=SC2016,SC2154

load helpers

setup() {
	is_ocirun || cannot "the command line of ocirun"
	setup_bundle
}

bare() { capture "$OCIRUN" "$@"; }

COMMANDS=(create start state kill delete run list spec features check plan)

# --- help and version ----------------------------------------------------------------

@test "--version: the lines go-runc reads" {
	local option
	for option in --version -v -version; do
		bare $option
		succeeded
		matches $'^ocirun version [0-9]+\.[0-9]+\.[0-9]+'
		matches $'\ncommit: '
		matches $'\nspec: 1\.[0-9]+\.[0-9]+'
	done
}

@test "--help: names every command" {
	local option command
	for option in --help -h -help help; do
		bare $option
		succeeded
		for command in "${COMMANDS[@]}"; do
			matches "(^|[[:space:]])$command([[:space:],]|\$)"
		done
	done
}

@test "COMMAND --help and help COMMAND: exit 0, and the same text" {
	local command
	for command in "${COMMANDS[@]}"; do
		bare "$command" --help
		succeeded
		has "$command"
		local text=$output
		bare help "$command"
		succeeded
		is "$text"
	done
}

@test "create --help: every option of runc and crun" {
	bare create --help
	local option
	for option in --bundle --config --console-socket --pidfd-socket --pid-file --no-pivot \
		--no-new-keyring --preserve-fds; do
		has "$option"
	done
	bare run --help
	for option in --detach --keep --no-subreaper; do
		has "$option"
	done
}

@test "no command: usage, not success" {
	bare
	[[ $status -ne 0 ]]
	[[ "$output$stderr" == *[Uu]sage* || "$stderr" == *command* ]]
}

# --- mistakes ---------------------------------------------------------------------------

@test "unknown command" {
	bare frobnicate
	failed "$status" frobnicate
}

@test "unknown global option" {
	bare --frobnicate list
	failed "$status" frobnicate
}

@test "unknown option of a command" {
	local command
	for command in "${COMMANDS[@]}"; do
		bare "$command" --frobnicate x
		failed "$status" frobnicate
	done
}

@test "unknown short option" {
	ocirun_only
	capture ocirun list -Z
	failed "$status" Z
}

@test "an option without its argument" {
	bare create --bundle
	failed "$status" "flag needs an argument: --bundle"
	bare --root
	failed "$status" "flag needs an argument: --root"
	bare kill -s
	[[ $status -ne 0 ]]
}

@test "an argument for an option that takes none" {
	bare run --detach=maybe x
	failed "$status" detach
}

@test "--bool=true and --bool=false" {
	args true
	apply_config
	capture ocirun run --keep=true -b "$BUNDLE" "$ID"
	succeeded
	equal "$(state_of)" stopped
	delete_ct
	capture ocirun run --keep=false -b "$BUNDLE" "$ID"
	succeeded
	equal "$(ocirun list -q)" ""
}

@test "a missing id" {
	local command
	for command in create start state kill delete run; do
		bare --root "$STATE" "$command"
		[[ $status -ne 0 ]]
		[[ $stderr == "ocirun: "* && $stderr != *$'\n'* ]]
	done
}

@test "one argument too many" {
	local command
	for command in create start state delete run; do
		bare --root "$STATE" "$command" a b
		[[ $status -ne 0 && $stderr == "ocirun: "* ]]
	done
	bare --root "$STATE" kill a b c
	[[ $status -ne 0 && $stderr == "ocirun: "* ]]
	bare --root "$STATE" list a
	[[ $status -ne 0 && $stderr == "ocirun: "* ]]
}

@test "--preserve-fds: not a number, negative, too large" {
	local n
	for n in x -1 1x '' 99999999999999999999; do
		capture ocirun create --preserve-fds="$n" -b "$BUNDLE" "$ID"
		failed 1 preserve-fds
	done
}

@test "--log-format and --log-level: unknown words are refused" {
	bare --log-format xml list
	failed "$status" xml
	bare --log-level loud list
	failed "$status" loud
}

# --- spellings ----------------------------------------------------------------------------

spelling() { # ARGUMENT...: a run which must print "hi" and leave nothing
	sh_args 'echo hi'
	apply_config
	cd "$BUNDLE"
	capture "$OCIRUN" "$@"
	succeeded
	is hi
	equal "$("$OCIRUN" --root "$STATE" list -q)" ""
}

@test "spelling: --opt=value" { spelling --root="$STATE" run --bundle="$BUNDLE" "$ID"; }
@test "spelling: -opt value" { spelling -root "$STATE" run -bundle "$BUNDLE" "$ID"; }
@test "spelling: -opt=value" { spelling -root="$STATE" run -bundle="$BUNDLE" "$ID"; }
@test "spelling: -b value" { spelling --root "$STATE" run -b "$BUNDLE" "$ID"; }
@test "spelling: options after the id" { spelling --root "$STATE" run "$ID" --bundle "$BUNDLE"; }
@test "spelling: -no-subreaper, as go-runc writes it" {
	spelling --root "$STATE" run -no-subreaper -b "$BUNDLE" "$ID"
}
@test "spelling: -- ends the options" { spelling --root "$STATE" run -b "$BUNDLE" -- "$ID"; }
@test "spelling: --rootless and --systemd-cgroup=false are known" {
	spelling --root "$STATE" --rootless auto --systemd-cgroup=false run -b "$BUNDLE" "$ID"
}
@test "spelling: --cgroup-manager cgroupfs" {
	spelling --root "$STATE" --cgroup-manager cgroupfs run -b "$BUNDLE" "$ID"
}
@test "spelling: --cgroup-manager disabled" {
	spelling --root "$STATE" --cgroup-manager disabled run -b "$BUNDLE" "$ID"
}

@test "--root: a relative path" {
	cd "$T"
	args sleep 60
	apply_config
	"$OCIRUN" --root state create -b "$BUNDLE" "$ID" >"$T/out" 2>&1 </dev/null
	equal "$(state_of)" created
}

@test "--root /: refused" {
	bare --root / list
	[[ $status -eq 0 || $stderr == "ocirun: "* ]]
	args true
	apply_config
	bare --root / create -b "$BUNDLE" "$ID"
	failed 1 root
	[[ ! -e /$ID ]]
}

# --- logs ------------------------------------------------------------------------------------

@test "--log: the error goes to the file and to stderr" {
	capture ocirun --log "$T/log" state "$ID"
	failed 1 "does not exist"
	[[ $(<"$T/log") == *"does not exist"* ]]
}

@test "--log-format json: exactly one record, as the shims read it" {
	capture ocirun --log "$T/log" --log-format json state "$ID"
	failed 1 "does not exist"
	equal "$(wc -l <"$T/log")" 1
	equal "$(jq -s length "$T/log")" 1
	equal "$(jq -r .level "$T/log")" error
	[[ $(jq -r .msg "$T/log") == *"does not exist"* ]]
	[[ $(jq -r .time "$T/log") =~ ^20[0-9-]+T[0-9:.]+(Z|[+-]) ]]
}

@test "--log-format json: a hostile id stays one valid record" {
	capture ocirun --log "$T/log" --log-format json state $'a"\n\e]0;x\a\xff\\'
	[[ $status -eq 1 && $stderr != *$'\n'* && $stderr != *$'\e'* ]]
	equal "$(jq -s length "$T/log")" 1
	[[ $(<"$T/log") != *$'\e'* ]]
}

@test "--log: a success writes nothing" {
	args true
	apply_config
	capture ocirun --log "$T/log" --log-format json run -b "$BUNDLE" "$ID"
	succeeded
	[[ ! -s $T/log ]]
}

@test "--log: appends" {
	echo first >"$T/log"
	capture ocirun --log "$T/log" state "$ID"
	equal "$(head -1 "$T/log")" first
	equal "$(wc -l <"$T/log")" 2
}

@test "--log: a failure in the container's own process is logged once" {
	add_mount /x bind "$T/nosuch" bind
	apply_config
	capture ocirun --log "$T/log" --log-format json create -b "$BUNDLE" "$ID"
	failed 1 nosuch
	equal "$(jq -rs 'map(.level) | join(" ")' "$T/log")" error
}

@test "--log: an impossible file is an error" {
	capture ocirun --log "$T/no/such/log" list
	failed 1 "no such file or directory"
}

@test "--debug: more lines in the log, the container works" {
	sh_args 'echo hi'
	apply_config
	capture ocirun --debug --log "$T/log" run -b "$BUNDLE" "$ID"
	exits 0
	is hi
}

@test "stderr on a full device does not hang or crash" {
	status=0
	ocirun state "$ID" 2>/dev/full || status=$?
	exits 1
}

# --- spec, features, check, plan ---------------------------------------------------------------

@test "spec: writes a config.json that runs" {
	mkdir "$T/new"
	cp -al "$ROOTFS" "$T/new/rootfs"
	cd "$T/new"
	quiet spec
	jq '.process.terminal = false | .process.args = ["sh", "-c", "echo ran"]' config.json >c
	mv c config.json
	capture ocirun run "$ID"
	succeeded
	is ran
}

@test "spec: does not overwrite" {
	echo mine >"$T/config.json"
	capture ocirun spec --bundle "$T"
	failed 1 "config.json"
	equal "$(<"$T/config.json")" mine
}

@test "spec: what it writes passes check" {
	mkdir "$T/new"
	quiet spec -b "$T/new"
	capture ocirun check --bundle "$T/new"
	exits 0
	equal "$stderr" ""
}

@test "features: valid JSON, the keys that engines ask for" {
	bare features
	succeeded
	equal "$(jq -r '.ociVersionMin' <<<"$output")" 1.0.0
	[[ $(jq -r '.ociVersionMax' <<<"$output") == 1.3.* ]]
	equal "$(jq -r '.hooks | length' <<<"$output")" 6
	equal "$(jq -r '.mountOptions | index("rro") != null' <<<"$output")" true
	equal "$(jq -r '.mountOptions == (.mountOptions | unique)' <<<"$output")" true
	# "user" is listed once mappings are understood
	equal "$(jq -r '.linux.namespaces - ["user"] | sort | join(" ")' <<<"$output")" \
		"cgroup ipc mount network pid time uts"
	equal "$(jq -r '.linux.capabilities | length' <<<"$output")" 41
	equal "$(jq -r '.linux.cgroup.v2' <<<"$output")" true
	equal "$(jq -r '.linux.cgroup.v1' <<<"$output")" false
}

@test "features: every mount option it lists is accepted" {
	bare features
	local option options
	options=$(jq -r '.mountOptions[]' <<<"$output" | grep -v 'idmap\|^remount$\|bind$')
	for option in $options; do
		add_mount "/m/$option" tmpfs tmpfs "$option"
	done
	inside 'grep -c " /m/" /proc/self/mountinfo'
	is "$(wc -w <<<"$options")"
}

@test "check: a good bundle" {
	capture ocirun check --bundle "$BUNDLE"
	exits 0
	equal "$stderr" ""
}

@test "check: reports every problem with its place" {
	config '.process.cwd = "relative"' '.linux.namespaces += [{type: "nosuch"}]'
	apply_config
	capture ocirun check --bundle "$BUNDLE"
	[[ $status -ne 0 ]]
	[[ "$output$stderr" =~ config\.json:[0-9]+:[0-9]+\ /process/cwd ]]
	[[ "$output$stderr" =~ config\.json:[0-9]+:[0-9]+\ /linux/namespaces/[0-9]+ ]]
}

@test "check: names an unknown key" {
	config '.process.capabilites = {}'
	apply_config
	capture ocirun check --bundle "$BUNDLE"
	[[ "$output$stderr" == *"/process/capabilites"* ]]
}

@test "an unknown key does not stop a container" {
	config '.process.capabilites = {"x": [1, null, {}]}' '.zebra = 1'
	inside 'echo ok'
	is ok
}

@test "plan: prints, changes nothing" {
	args sh
	apply_config
	oracle_begin
	capture ocirun plan --bundle "$BUNDLE"
	succeeded
	has proc
	oracle_end
}

@test "plan: the same twice" {
	capture ocirun plan --bundle "$BUNDLE"
	local first=$output
	capture ocirun plan --bundle "$BUNDLE"
	is "$first"
}

@test "--fail-at list: names phases, one per line" {
	bare --fail-at list
	succeeded
	[[ $(wc -l <<<"$output") -gt 20 ]]
	refute grep -v '^[a-z][a-z0-9-]*$' <<<"$output"
}

@test "--fail-at: an unknown phase is refused" {
	apply_config
	capture ocirun --fail-at no-such-phase run -b "$BUNDLE" "$ID"
	failed 1 no-such-phase
}

# --- environment ----------------------------------------------------------------------------------

@test "environment: hostile variables change nothing" {
	sh_args 'env'
	config '.process.env = ["PATH=/bin", "A=b"]'
	apply_config
	LD_PRELOAD=/nosuch.so MALLOC_TRACE=$T/trace _LIBCONTAINER_INITPIPE=3 GCONV_PATH=$T \
		OCIRUN_X=1 XDG_RUNTIME_DIR=$T/xdg capture ocirun run -b "$BUNDLE" "$ID"
	exits 0
	hasnt LD_PRELOAD
	hasnt OCIRUN_X
	has A=b
	[[ ! -e $T/trace && ! -e $T/xdg ]]
}

@test "environment: empty" {
	sh_args 'echo hi'
	apply_config
	capture env -i "$OCIRUN" --root "$STATE" run -b "$BUNDLE" "$ID"
	succeeded
	is hi
}
