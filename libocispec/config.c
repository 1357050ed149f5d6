/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - table of config.json (runtime-spec config.md, 1.3.0): one row per
 * key, in the order of the specification.  The linux object is in linux.c.
 *
 * Required are the keys that the specification's JSON schema requires; what
 * the values mean is not known here.
 */
#include "libocispec/config.h"
#include "libocispec/desc_rows.h"
#include "libocispec/tables.h"

static const struct oci_field root_rows[] = {
	F_STRING(struct oci_root, path, "path", OCI_REQUIRED),
	F_BOOL(struct oci_root, readonly, "readonly", 0),
};
static const struct oci_type oci_root_type = OCI_TYPE(oci_root, "root", root_rows);

static const struct oci_field id_mapping_rows[] = {
	F_U32(struct oci_id_mapping, container_id, "containerID", OCI_REQUIRED),
	F_U32(struct oci_id_mapping, host_id, "hostID", OCI_REQUIRED),
	F_U32(struct oci_id_mapping, size, "size", OCI_REQUIRED),
};
const struct oci_type oci_id_mapping_type = OCI_TYPE(oci_id_mapping, "id mapping", id_mapping_rows);

static const struct oci_field mount_rows[] = {
	F_STRING(struct oci_mount, destination, "destination", OCI_REQUIRED),
	F_STRING(struct oci_mount, type, "type", 0),
	F_STRING(struct oci_mount, source, "source", 0),
	F_STRINGS(struct oci_mount, options, "options", 0),
	F_OBJECTS(struct oci_mount, uid_mappings, "uidMappings", oci_id_mapping, 0),
	F_OBJECTS(struct oci_mount, gid_mappings, "gidMappings", oci_id_mapping, 0),
};
const struct oci_type oci_mount_type = OCI_TYPE(oci_mount, "mount", mount_rows);

static const struct oci_field box_rows[] = {
	F_U64(struct oci_box, height, "height", OCI_REQUIRED),
	F_U64(struct oci_box, width, "width", OCI_REQUIRED),
};
static const struct oci_type oci_box_type = OCI_TYPE(oci_box, "consoleSize", box_rows);

static const struct oci_field user_rows[] = {
	F_U32(struct oci_user, uid, "uid", 0),
	F_U32(struct oci_user, gid, "gid", 0),
	F_OPT_U32(struct oci_user, umask, "umask", 0),
	F_U32S(struct oci_user, additional_gids, "additionalGids", 0),
	F_STRING(struct oci_user, username, "username", 0), /* Windows */
};
static const struct oci_type oci_user_type = OCI_TYPE(oci_user, "user", user_rows);

static const struct oci_field rlimit_rows[] = {
	F_STRING(struct oci_rlimit, type, "type", OCI_REQUIRED),
	F_U64(struct oci_rlimit, hard, "hard", OCI_REQUIRED),
	F_U64(struct oci_rlimit, soft, "soft", OCI_REQUIRED),
};
static const struct oci_type oci_rlimit_type = OCI_TYPE(oci_rlimit, "rlimit", rlimit_rows);

static const struct oci_field capabilities_rows[] = {
	F_STRINGS(struct oci_capabilities, bounding, "bounding", 0),
	F_STRINGS(struct oci_capabilities, effective, "effective", 0),
	F_STRINGS(struct oci_capabilities, inheritable, "inheritable", 0),
	F_STRINGS(struct oci_capabilities, permitted, "permitted", 0),
	F_STRINGS(struct oci_capabilities, ambient, "ambient", 0),
};
static const struct oci_type oci_capabilities_type =
	OCI_TYPE(oci_capabilities, "capabilities", capabilities_rows);

static const struct oci_field scheduler_rows[] = {
	F_STRING(struct oci_scheduler, policy, "policy", OCI_REQUIRED),
	F_OPT_I32(struct oci_scheduler, nice, "nice", 0),
	F_OPT_I32(struct oci_scheduler, priority, "priority", 0),
	F_STRINGS(struct oci_scheduler, flags, "flags", 0),
	F_OPT_U64(struct oci_scheduler, runtime, "runtime", 0),
	F_OPT_U64(struct oci_scheduler, deadline, "deadline", 0),
	F_OPT_U64(struct oci_scheduler, period, "period", 0),
};
static const struct oci_type oci_scheduler_type =
	OCI_TYPE(oci_scheduler, "scheduler", scheduler_rows);

static const struct oci_field io_priority_rows[] = {
	F_STRING(struct oci_io_priority, class_, "class", OCI_REQUIRED),
	F_OPT_I32(struct oci_io_priority, priority, "priority", 0),
};
static const struct oci_type oci_io_priority_type =
	OCI_TYPE(oci_io_priority, "ioPriority", io_priority_rows);

static const struct oci_field cpu_affinity_rows[] = {
	F_STRING(struct oci_cpu_affinity, initial, "initial", 0),
	F_STRING(struct oci_cpu_affinity, final, "final", 0),
};
static const struct oci_type oci_cpu_affinity_type =
	OCI_TYPE(oci_cpu_affinity, "execCPUAffinity", cpu_affinity_rows);

static const struct oci_field process_rows[] = {
	F_BOOL(struct oci_process, terminal, "terminal", 0),
	F_OBJECT(struct oci_process, console_size, "consoleSize", oci_box, 0),
	F_INLINE(struct oci_process, user, "user", oci_user, 0),
	F_STRINGS(struct oci_process, args, "args", 0),
	F_STRING(struct oci_process, command_line, "commandLine", 0), /* Windows */
	F_STRINGS(struct oci_process, env, "env", 0),
	F_STRING(struct oci_process, cwd, "cwd", OCI_REQUIRED),
	F_OBJECT(struct oci_process, capabilities, "capabilities", oci_capabilities, 0),
	F_OBJECTS(struct oci_process, rlimits, "rlimits", oci_rlimit, 0),
	F_BOOL(struct oci_process, no_new_privileges, "noNewPrivileges", 0),
	F_STRING(struct oci_process, apparmor_profile, "apparmorProfile", 0),
	F_OPT_I64(struct oci_process, oom_score_adj, "oomScoreAdj", 0),
	F_OBJECT(struct oci_process, scheduler, "scheduler", oci_scheduler, 0),
	F_STRING(struct oci_process, selinux_label, "selinuxLabel", 0),
	F_OBJECT(struct oci_process, io_priority, "ioPriority", oci_io_priority, 0),
	F_OBJECT(struct oci_process, exec_cpu_affinity, "execCPUAffinity", oci_cpu_affinity, 0),
};
const struct oci_type oci_process_type = OCI_TYPE(oci_process, "process", process_rows);

static const struct oci_field hook_rows[] = {
	F_STRING(struct oci_hook, path, "path", OCI_REQUIRED),
	F_STRINGS(struct oci_hook, args, "args", 0),
	F_STRINGS_HAS(struct oci_hook, env, has_env, "env", 0),
	F_OPT_I64(struct oci_hook, timeout, "timeout", 0),
};
const struct oci_type oci_hook_type = OCI_TYPE(oci_hook, "hook", hook_rows);

static const struct oci_field hooks_rows[] = {
	F_OBJECTS(struct oci_hooks, prestart, "prestart", oci_hook, 0),
	F_OBJECTS(struct oci_hooks, create_runtime, "createRuntime", oci_hook, 0),
	F_OBJECTS(struct oci_hooks, create_container, "createContainer", oci_hook, 0),
	F_OBJECTS(struct oci_hooks, start_container, "startContainer", oci_hook, 0),
	F_OBJECTS(struct oci_hooks, poststart, "poststart", oci_hook, 0),
	F_OBJECTS(struct oci_hooks, poststop, "poststop", oci_hook, 0),
};
const struct oci_type oci_hooks_type = OCI_TYPE(oci_hooks, "hooks", hooks_rows);

static const struct oci_field config_rows[] = {
	F_STRING(struct oci_config, oci_version, "ociVersion", OCI_REQUIRED),
	F_OBJECT(struct oci_config, process, "process", oci_process, 0),
	F_OBJECT(struct oci_config, root, "root", oci_root, 0),
	F_STRING(struct oci_config, hostname, "hostname", 0),
	F_STRING(struct oci_config, domainname, "domainname", 0),
	F_OBJECTS(struct oci_config, mounts, "mounts", oci_mount, 0),
	F_OBJECT(struct oci_config, hooks, "hooks", oci_hooks, 0),
	F_STRING_MAP(struct oci_config, annotations, "annotations", 0),
	F_OBJECT(struct oci_config, linux, "linux", oci_linux, 0),
	F_SKIP("solaris"),
	F_SKIP("windows"),
	F_SKIP("vm"),
	F_SKIP("zos"),
	F_SKIP("freebsd"),
};
const struct oci_type oci_config_type = OCI_TYPE(oci_config, "config", config_rows);
