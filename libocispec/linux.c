/* SPDX-License-Identifier: Apache-2.0 */
/* linux.c - table of the linux object of config.json (runtime-spec
 * config-linux.md, 1.3.0).  `update --resources` reads the resources alone.
 *
 * Where the schema requires a key that engines leave out when it has no value
 * (pids.limit: a pointer in the Go types of 1.3.0), it is not required here.
 */
#include "libocispec/config.h"
#include "libocispec/desc_rows.h"
#include "libocispec/tables.h"

static const struct oci_field namespace_rows[] = {
	F_STRING(struct oci_namespace, type, "type", OCI_REQUIRED),
	F_STRING(struct oci_namespace, path, "path", 0),
};
static const struct oci_type oci_namespace_type =
	OCI_TYPE(oci_namespace, "namespace", namespace_rows);

static const struct oci_field device_rows[] = {
	F_STRING(struct oci_device, path, "path", OCI_REQUIRED),
	F_STRING(struct oci_device, type, "type", OCI_REQUIRED),
	F_OPT_I64(struct oci_device, major, "major", 0),
	F_OPT_I64(struct oci_device, minor, "minor", 0),
	F_OPT_U32(struct oci_device, file_mode, "fileMode", 0),
	F_OPT_U32(struct oci_device, uid, "uid", 0),
	F_OPT_U32(struct oci_device, gid, "gid", 0),
};
static const struct oci_type oci_device_type = OCI_TYPE(oci_device, "device", device_rows);

static const struct oci_field net_device_rows[] = {
	F_STRING(struct oci_net_device, name, "name", 0),
};
static const struct oci_type oci_net_device_type =
	OCI_TYPE(oci_net_device, "net device", net_device_rows);

/* --- resources ---------------------------------------------------------- */

static const struct oci_field device_rule_rows[] = {
	F_BOOL(struct oci_device_rule, allow, "allow", OCI_REQUIRED),
	F_STRING(struct oci_device_rule, type, "type", 0),
	F_OPT_I64(struct oci_device_rule, major, "major", 0),
	F_OPT_I64(struct oci_device_rule, minor, "minor", 0),
	F_STRING(struct oci_device_rule, access, "access", 0),
};
static const struct oci_type oci_device_rule_type =
	OCI_TYPE(oci_device_rule, "device rule", device_rule_rows);

static const struct oci_field memory_rows[] = {
	F_OPT_I64(struct oci_memory, limit, "limit", 0),
	F_OPT_I64(struct oci_memory, reservation, "reservation", 0),
	F_OPT_I64(struct oci_memory, swap, "swap", 0),
	F_OPT_I64(struct oci_memory, kernel, "kernel", 0),
	F_OPT_I64(struct oci_memory, kernel_tcp, "kernelTCP", 0),
	F_OPT_U64(struct oci_memory, swappiness, "swappiness", 0),
	F_OPT_BOOL(struct oci_memory, disable_oom_killer, "disableOOMKiller", 0),
	F_OPT_BOOL(struct oci_memory, use_hierarchy, "useHierarchy", 0),
	F_OPT_BOOL(struct oci_memory, check_before_update, "checkBeforeUpdate", 0),
};
static const struct oci_type oci_memory_type = OCI_TYPE(oci_memory, "memory", memory_rows);

static const struct oci_field cpu_rows[] = {
	F_OPT_U64(struct oci_cpu, shares, "shares", 0),
	F_OPT_I64(struct oci_cpu, quota, "quota", 0),
	F_OPT_U64(struct oci_cpu, burst, "burst", 0),
	F_OPT_U64(struct oci_cpu, period, "period", 0),
	F_OPT_I64(struct oci_cpu, realtime_runtime, "realtimeRuntime", 0),
	F_OPT_U64(struct oci_cpu, realtime_period, "realtimePeriod", 0),
	F_STRING(struct oci_cpu, cpus, "cpus", 0),
	F_STRING(struct oci_cpu, mems, "mems", 0),
	F_OPT_I64(struct oci_cpu, idle, "idle", 0),
};
static const struct oci_type oci_cpu_type = OCI_TYPE(oci_cpu, "cpu", cpu_rows);

static const struct oci_field pids_rows[] = {
	F_OPT_I64(struct oci_pids, limit, "limit", 0),
};
static const struct oci_type oci_pids_type = OCI_TYPE(oci_pids, "pids", pids_rows);

static const struct oci_field weight_device_rows[] = {
	F_I64(struct oci_weight_device, major, "major", OCI_REQUIRED),
	F_I64(struct oci_weight_device, minor, "minor", OCI_REQUIRED),
	F_OPT_U16(struct oci_weight_device, weight, "weight", 0),
	F_OPT_U16(struct oci_weight_device, leaf_weight, "leafWeight", 0),
};
static const struct oci_type oci_weight_device_type =
	OCI_TYPE(oci_weight_device, "weight device", weight_device_rows);

static const struct oci_field throttle_device_rows[] = {
	F_I64(struct oci_throttle_device, major, "major", OCI_REQUIRED),
	F_I64(struct oci_throttle_device, minor, "minor", OCI_REQUIRED),
	F_U64(struct oci_throttle_device, rate, "rate", 0),
};
static const struct oci_type oci_throttle_device_type =
	OCI_TYPE(oci_throttle_device, "throttle device", throttle_device_rows);

#define F_THROTTLE(member, name)                                                                   \
	F_OBJECTS(struct oci_block_io, member, name, oci_throttle_device, 0)

static const struct oci_field block_io_rows[] = {
	F_OPT_U16(struct oci_block_io, weight, "weight", 0),
	F_OPT_U16(struct oci_block_io, leaf_weight, "leafWeight", 0),
	F_OBJECTS(struct oci_block_io, weight_device, "weightDevice", oci_weight_device, 0),
	F_THROTTLE(throttle_read_bps, "throttleReadBpsDevice"),
	F_THROTTLE(throttle_write_bps, "throttleWriteBpsDevice"),
	F_THROTTLE(throttle_read_iops, "throttleReadIOPSDevice"),
	F_THROTTLE(throttle_write_iops, "throttleWriteIOPSDevice"),
};
static const struct oci_type oci_block_io_type = OCI_TYPE(oci_block_io, "blockIO", block_io_rows);

static const struct oci_field hugepage_limit_rows[] = {
	F_STRING(struct oci_hugepage_limit, page_size, "pageSize", OCI_REQUIRED),
	F_U64(struct oci_hugepage_limit, limit, "limit", OCI_REQUIRED),
};
static const struct oci_type oci_hugepage_limit_type =
	OCI_TYPE(oci_hugepage_limit, "hugepage limit", hugepage_limit_rows);

static const struct oci_field net_priority_rows[] = {
	F_STRING(struct oci_net_priority, name, "name", OCI_REQUIRED),
	F_U32(struct oci_net_priority, priority, "priority", OCI_REQUIRED),
};
static const struct oci_type oci_net_priority_type =
	OCI_TYPE(oci_net_priority, "network priority", net_priority_rows);

static const struct oci_field network_rows[] = {
	F_OPT_U32(struct oci_network, class_id, "classID", 0),
	F_OBJECTS(struct oci_network, priorities, "priorities", oci_net_priority, 0),
};
static const struct oci_type oci_network_type = OCI_TYPE(oci_network, "network", network_rows);

static const struct oci_field rdma_rows[] = {
	F_OPT_U32(struct oci_rdma, hca_handles, "hcaHandles", 0),
	F_OPT_U32(struct oci_rdma, hca_objects, "hcaObjects", 0),
};
static const struct oci_type oci_rdma_type = OCI_TYPE(oci_rdma, "rdma", rdma_rows);

static const struct oci_field resources_rows[] = {
	F_OBJECTS(struct oci_resources, devices, "devices", oci_device_rule, 0),
	F_OBJECT(struct oci_resources, memory, "memory", oci_memory, 0),
	F_OBJECT(struct oci_resources, cpu, "cpu", oci_cpu, 0),
	F_OBJECT(struct oci_resources, pids, "pids", oci_pids, 0),
	F_OBJECT(struct oci_resources, block_io, "blockIO", oci_block_io, 0),
	F_OBJECTS(struct oci_resources, hugepage_limits, "hugepageLimits", oci_hugepage_limit, 0),
	F_OBJECT(struct oci_resources, network, "network", oci_network, 0),
	F_OBJECT_MAP(struct oci_resources, rdma, "rdma", oci_rdma, 0),
	F_STRING_MAP(struct oci_resources, unified, "unified", 0),
};
const struct oci_type oci_resources_type = OCI_TYPE(oci_resources, "resources", resources_rows);

/* --- seccomp ------------------------------------------------------------ */

static const struct oci_field syscall_arg_rows[] = {
	F_U32(struct oci_syscall_arg, index, "index", OCI_REQUIRED),
	F_U64(struct oci_syscall_arg, value, "value", OCI_REQUIRED),
	F_U64(struct oci_syscall_arg, value_two, "valueTwo", 0),
	F_STRING(struct oci_syscall_arg, op, "op", OCI_REQUIRED),
};
static const struct oci_type oci_syscall_arg_type =
	OCI_TYPE(oci_syscall_arg, "syscall argument", syscall_arg_rows);

static const struct oci_field syscall_rows[] = {
	F_STRINGS(struct oci_syscall, names, "names", OCI_REQUIRED),
	F_STRING(struct oci_syscall, action, "action", OCI_REQUIRED),
	F_OPT_U32(struct oci_syscall, errno_ret, "errnoRet", 0),
	F_OBJECTS(struct oci_syscall, args, "args", oci_syscall_arg, 0),
};
static const struct oci_type oci_syscall_type = OCI_TYPE(oci_syscall, "syscall", syscall_rows);

static const struct oci_field seccomp_rows[] = {
	F_STRING(struct oci_seccomp, default_action, "defaultAction", OCI_REQUIRED),
	F_OPT_U32(struct oci_seccomp, default_errno_ret, "defaultErrnoRet", 0),
	F_STRINGS(struct oci_seccomp, architectures, "architectures", 0),
	F_STRINGS(struct oci_seccomp, flags, "flags", 0),
	F_STRING(struct oci_seccomp, listener_path, "listenerPath", 0),
	F_STRING(struct oci_seccomp, listener_metadata, "listenerMetadata", 0),
	F_OBJECTS(struct oci_seccomp, syscalls, "syscalls", oci_syscall, 0),
};
static const struct oci_type oci_seccomp_type = OCI_TYPE(oci_seccomp, "seccomp", seccomp_rows);

/* --- the rest ----------------------------------------------------------- */

static const struct oci_field intel_rdt_rows[] = {
	F_STRING(struct oci_intel_rdt, clos_id, "closID", 0),
	F_STRINGS(struct oci_intel_rdt, schemata, "schemata", 0),
	F_STRING(struct oci_intel_rdt, l3_cache_schema, "l3CacheSchema", 0),
	F_STRING(struct oci_intel_rdt, mem_bw_schema, "memBwSchema", 0),
	F_BOOL(struct oci_intel_rdt, enable_monitoring, "enableMonitoring", 0),
};
static const struct oci_type oci_intel_rdt_type =
	OCI_TYPE(oci_intel_rdt, "intelRdt", intel_rdt_rows);

static const struct oci_field memory_policy_rows[] = {
	F_STRING(struct oci_memory_policy, mode, "mode", 0),
	F_STRING(struct oci_memory_policy, nodes, "nodes", 0),
	F_STRINGS(struct oci_memory_policy, flags, "flags", 0),
};
static const struct oci_type oci_memory_policy_type =
	OCI_TYPE(oci_memory_policy, "memoryPolicy", memory_policy_rows);

static const struct oci_field personality_rows[] = {
	F_STRING(struct oci_personality, domain, "domain", 0),
	F_STRINGS(struct oci_personality, flags, "flags", 0),
};
static const struct oci_type oci_personality_type =
	OCI_TYPE(oci_personality, "personality", personality_rows);

static const struct oci_field time_offset_rows[] = {
	F_OPT_I64(struct oci_time_offset, secs, "secs", 0),
	F_OPT_U32(struct oci_time_offset, nanosecs, "nanosecs", 0),
};
static const struct oci_type oci_time_offset_type =
	OCI_TYPE(oci_time_offset, "time offset", time_offset_rows);

static const struct oci_field time_offsets_rows[] = {
	F_OBJECT(struct oci_time_offsets, monotonic, "monotonic", oci_time_offset, 0),
	F_OBJECT(struct oci_time_offsets, boottime, "boottime", oci_time_offset, 0),
};
static const struct oci_type oci_time_offsets_type =
	OCI_TYPE(oci_time_offsets, "timeOffsets", time_offsets_rows);

static const struct oci_field linux_rows[] = {
	F_OBJECTS(struct oci_linux, uid_mappings, "uidMappings", oci_id_mapping, 0),
	F_OBJECTS(struct oci_linux, gid_mappings, "gidMappings", oci_id_mapping, 0),
	F_STRING_MAP(struct oci_linux, sysctl, "sysctl", 0),
	F_OBJECT(struct oci_linux, resources, "resources", oci_resources, 0),
	F_STRING(struct oci_linux, cgroups_path, "cgroupsPath", 0),
	F_OBJECTS(struct oci_linux, namespaces, "namespaces", oci_namespace, 0),
	F_OBJECTS(struct oci_linux, devices, "devices", oci_device, 0),
	F_OBJECT_MAP(struct oci_linux, net_devices, "netDevices", oci_net_device, 0),
	F_OBJECT(struct oci_linux, seccomp, "seccomp", oci_seccomp, 0),
	F_STRING(struct oci_linux, rootfs_propagation, "rootfsPropagation", 0),
	F_STRINGS(struct oci_linux, masked_paths, "maskedPaths", 0),
	F_STRINGS(struct oci_linux, readonly_paths, "readonlyPaths", 0),
	F_STRING(struct oci_linux, mount_label, "mountLabel", 0),
	F_OBJECT(struct oci_linux, intel_rdt, "intelRdt", oci_intel_rdt, 0),
	F_OBJECT(struct oci_linux, memory_policy, "memoryPolicy", oci_memory_policy, 0),
	F_OBJECT(struct oci_linux, personality, "personality", oci_personality, 0),
	F_OBJECT(struct oci_linux, time_offsets, "timeOffsets", oci_time_offsets, 0),
};
const struct oci_type oci_linux_type = OCI_TYPE(oci_linux, "linux", linux_rows);
