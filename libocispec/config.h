/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - config.json of the OCI runtime specification 1.3.0 as C structs.
 *
 * Only Linux; keys of other platforms are known (so that `check` does not call
 * them unknown) and skipped.  One struct per JSON object, members named like
 * the keys in snake_case, the table rows that tie both together stand in
 * config.c and linux.c.
 *
 * Everything lives in the arena that was given to the decoder.  Optional
 * objects are pointers (NULL: absent), optional scalars are struct opt_*,
 * strings are NULL when absent and never hold a NUL byte, lists are
 * {at, n}.  JSON null counts as absent.
 */
#ifndef OCISPEC_CONFIG_H
#define OCISPEC_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#undef linux	/* the gnu dialects predefine it as 1, and a member has this name */

struct opt_bool { bool set; bool v; };
struct opt_i32 { bool set; int32_t v; };
struct opt_u16 { bool set; uint16_t v; };
struct opt_u32 { bool set; uint32_t v; };
struct opt_i64 { bool set; int64_t v; };
struct opt_u64 { bool set; uint64_t v; };

#define OCI_LIST(type) struct { type *at; size_t n; }

struct str_list { char **at; size_t n; };
struct u32_list { uint32_t *at; size_t n; };
struct str_pair { char *key, *value; };
struct str_map { struct str_pair *at; size_t n; };	/* in document order, keys unique */

struct oci_root { char *path; bool readonly; };

struct oci_id_mapping { uint32_t container_id, host_id, size; };
struct oci_id_mappings { struct oci_id_mapping *at; size_t n; };

struct oci_mount {
	char *destination, *source, *type;
	struct str_list options;
	struct oci_id_mappings uid_mappings, gid_mappings;
};

struct oci_box { uint64_t height, width; };

struct oci_user {
	uint32_t uid, gid;
	struct opt_u32 umask;
	struct u32_list additional_gids;
	char *username;
};

struct oci_capabilities {
	struct str_list effective, bounding, inheritable, permitted, ambient;
};

struct oci_rlimit { char *type; uint64_t soft, hard; };

struct oci_scheduler {
	char *policy;
	struct opt_i32 nice, priority;
	struct str_list flags;
	struct opt_u64 runtime, deadline, period;
};

struct oci_io_priority { char *class_; struct opt_i32 priority; };
struct oci_cpu_affinity { char *initial, *final; };

struct oci_process {
	bool terminal;
	struct oci_box *console_size;
	char *cwd;
	struct str_list env, args;
	char *command_line;
	struct oci_user user;
	OCI_LIST(struct oci_rlimit) rlimits;
	struct oci_capabilities *capabilities;
	bool no_new_privileges;
	char *apparmor_profile, *selinux_label;
	struct opt_i64 oom_score_adj;
	struct oci_scheduler *scheduler;
	struct oci_io_priority *io_priority;
	struct oci_cpu_affinity *exec_cpu_affinity;
};

struct oci_hook {
	char *path;
	struct str_list args, env;
	bool has_env;			/* "env" was there, maybe empty */
	struct opt_i64 timeout;		/* seconds, > 0 */
};
struct oci_hook_list { struct oci_hook *at; size_t n; };

/* Indexed like enum hook_kind of base/names.h would be; kept as members so
 * that the table rows read like the document. */
struct oci_hooks {
	struct oci_hook_list prestart, create_runtime, create_container,
		start_container, poststart, poststop;
};

struct oci_namespace { char *type, *path; };

struct oci_device {
	char *type, *path;
	struct opt_i64 major, minor;
	struct opt_u32 file_mode, uid, gid;
};

struct oci_net_device { char *key; char *name; };	/* map: host name -> {name} */

struct oci_device_rule {
	bool allow;
	char *type;
	struct opt_i64 major, minor;
	char *access;
};

struct oci_memory {
	struct opt_i64 limit, reservation, swap, kernel, kernel_tcp;
	struct opt_u64 swappiness;
	struct opt_bool disable_oom_killer, use_hierarchy, check_before_update;
};

struct oci_cpu {
	struct opt_u64 shares, period, burst, realtime_period;
	struct opt_i64 quota, realtime_runtime, idle;
	char *cpus, *mems;
};

struct oci_pids { struct opt_i64 limit; };

struct oci_weight_device { int64_t major, minor; struct opt_u16 weight, leaf_weight; };
struct oci_throttle_device { int64_t major, minor; uint64_t rate; };
struct oci_throttle_list { struct oci_throttle_device *at; size_t n; };

struct oci_block_io {
	struct opt_u16 weight, leaf_weight;
	OCI_LIST(struct oci_weight_device) weight_device;
	struct oci_throttle_list throttle_read_bps, throttle_write_bps,
		throttle_read_iops, throttle_write_iops;
};

struct oci_hugepage_limit { char *page_size; uint64_t limit; };
struct oci_net_priority { char *name; uint32_t priority; };

struct oci_network {
	struct opt_u32 class_id;
	OCI_LIST(struct oci_net_priority) priorities;
};

struct oci_rdma { char *key; struct opt_u32 hca_handles, hca_objects; };	/* map */

struct oci_resources {
	OCI_LIST(struct oci_device_rule) devices;
	struct oci_memory *memory;
	struct oci_cpu *cpu;
	struct oci_pids *pids;
	struct oci_block_io *block_io;
	OCI_LIST(struct oci_hugepage_limit) hugepage_limits;
	struct oci_network *network;
	OCI_LIST(struct oci_rdma) rdma;
	struct str_map unified;
};

struct oci_syscall_arg { uint32_t index; uint64_t value, value_two; char *op; };

struct oci_syscall {
	struct str_list names;
	char *action;
	struct opt_u32 errno_ret;
	OCI_LIST(struct oci_syscall_arg) args;
};

struct oci_seccomp {
	char *default_action;
	struct opt_u32 default_errno_ret;
	struct str_list architectures, flags;
	char *listener_path, *listener_metadata;
	OCI_LIST(struct oci_syscall) syscalls;
};

struct oci_intel_rdt {
	char *clos_id, *l3_cache_schema, *mem_bw_schema;
	struct str_list schemata;
	bool enable_monitoring;
};

struct oci_memory_policy { char *mode, *nodes; struct str_list flags; };
struct oci_personality { char *domain; struct str_list flags; };
struct oci_time_offset { struct opt_i64 secs; struct opt_u32 nanosecs; };
struct oci_time_offsets { struct oci_time_offset *monotonic, *boottime; };

struct oci_linux {
	OCI_LIST(struct oci_namespace) namespaces;
	struct oci_id_mappings uid_mappings, gid_mappings;
	struct oci_time_offsets *time_offsets;
	OCI_LIST(struct oci_device) devices;
	OCI_LIST(struct oci_net_device) net_devices;
	char *cgroups_path;
	struct oci_resources *resources;
	char *rootfs_propagation;
	struct oci_seccomp *seccomp;
	struct str_map sysctl;
	struct str_list masked_paths, readonly_paths;
	char *mount_label;
	struct oci_intel_rdt *intel_rdt;
	struct oci_memory_policy *memory_policy;
	struct oci_personality *personality;
};

struct oci_config {
	char *oci_version;
	struct oci_root *root;
	struct oci_process *process;
	char *hostname, *domainname;
	OCI_LIST(struct oci_mount) mounts;
	struct oci_hooks *hooks;
	struct str_map annotations;
	struct oci_linux *linux;
};

/* Tables: config.c (config_type, process_type) and linux.c (linux_type,
 * resources_type).  process_type is also the document of `exec --process`,
 * resources_type that of `update --resources`. */
struct oci_type;
extern const struct oci_type oci_config_type, oci_process_type, oci_resources_type,
	oci_linux_type, oci_mount_type, oci_hook_type, oci_hooks_type;

#endif
