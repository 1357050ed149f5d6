/* SPDX-License-Identifier: Apache-2.0 */
/* features.c - table of the features document (runtime-spec features.md and
 * features-linux.md, 1.3.0). */
#include "libocispec/desc_rows.h"
#include "libocispec/features.h"

static const struct oci_field enabled_rows[] = {
	F_OPT_BOOL(struct oci_enabled, enabled, "enabled", 0),
};
static const struct oci_type oci_enabled_type = OCI_TYPE(oci_enabled, "enabled", enabled_rows);

static const struct oci_field cgroup_rows[] = {
	F_OPT_BOOL(struct oci_features_cgroup, v1, "v1", 0),
	F_OPT_BOOL(struct oci_features_cgroup, v2, "v2", 0),
	F_OPT_BOOL(struct oci_features_cgroup, systemd, "systemd", 0),
	F_OPT_BOOL(struct oci_features_cgroup, systemd_user, "systemdUser", 0),
	F_OPT_BOOL(struct oci_features_cgroup, rdma, "rdma", 0),
};
static const struct oci_type oci_features_cgroup_type =
	OCI_TYPE(oci_features_cgroup, "cgroup", cgroup_rows);

static const struct oci_field seccomp_rows[] = {
	F_OPT_BOOL(struct oci_features_seccomp, enabled, "enabled", 0),
	F_STRINGS(struct oci_features_seccomp, actions, "actions", 0),
	F_STRINGS(struct oci_features_seccomp, operators, "operators", 0),
	F_STRINGS(struct oci_features_seccomp, archs, "archs", 0),
	F_STRINGS(struct oci_features_seccomp, known_flags, "knownFlags", 0),
	F_STRINGS(struct oci_features_seccomp, supported_flags, "supportedFlags", 0),
};
static const struct oci_type oci_features_seccomp_type =
	OCI_TYPE(oci_features_seccomp, "seccomp", seccomp_rows);

static const struct oci_field rdt_rows[] = {
	F_OPT_BOOL(struct oci_features_rdt, enabled, "enabled", 0),
	F_OPT_BOOL(struct oci_features_rdt, schemata, "schemata", 0),
	F_OPT_BOOL(struct oci_features_rdt, monitoring, "monitoring", 0),
};
static const struct oci_type oci_features_rdt_type =
	OCI_TYPE(oci_features_rdt, "intelRdt", rdt_rows);

static const struct oci_field mempolicy_rows[] = {
	F_STRINGS(struct oci_features_mempolicy, modes, "modes", 0),
	F_STRINGS(struct oci_features_mempolicy, flags, "flags", 0),
};
static const struct oci_type oci_features_mempolicy_type =
	OCI_TYPE(oci_features_mempolicy, "memoryPolicy", mempolicy_rows);

static const struct oci_field mount_ext_rows[] = {
	F_OBJECT(struct oci_features_mount_ext, idmap, "idmap", oci_enabled, 0),
};
static const struct oci_type oci_features_mount_ext_type =
	OCI_TYPE(oci_features_mount_ext, "mountExtensions", mount_ext_rows);

#define ST struct oci_features_linux
static const struct oci_field linux_rows[] = {
	F_STRINGS(ST, namespaces, "namespaces", 0),
	F_STRINGS(ST, capabilities, "capabilities", 0),
	F_OBJECT(ST, cgroup, "cgroup", oci_features_cgroup, 0),
	F_OBJECT(ST, seccomp, "seccomp", oci_features_seccomp, 0),
	F_OBJECT(ST, apparmor, "apparmor", oci_enabled, 0),
	F_OBJECT(ST, selinux, "selinux", oci_enabled, 0),
	F_OBJECT(ST, intel_rdt, "intelRdt", oci_features_rdt, 0),
	F_OBJECT(ST, memory_policy, "memoryPolicy", oci_features_mempolicy, 0),
	F_OBJECT(ST, mount_extensions, "mountExtensions", oci_features_mount_ext, 0),
	F_OBJECT(ST, net_devices, "netDevices", oci_enabled, 0),
};
#undef ST
static const struct oci_type oci_features_linux_type =
	OCI_TYPE(oci_features_linux, "linux", linux_rows);

static const struct oci_field features_rows[] = {
	F_STRING(struct oci_features, oci_version_min, "ociVersionMin", OCI_REQUIRED),
	F_STRING(struct oci_features, oci_version_max, "ociVersionMax", OCI_REQUIRED),
	F_STRINGS(struct oci_features, hooks, "hooks", 0),
	F_STRINGS(struct oci_features, mount_options, "mountOptions", 0),
	F_OBJECT(struct oci_features, linux, "linux", oci_features_linux, 0),
	F_STRING_MAP(struct oci_features, annotations, "annotations", 0),
	F_STRINGS(struct oci_features, potentially_unsafe_config_annotations,
		  "potentiallyUnsafeConfigAnnotations", 0),
};
const struct oci_type oci_features_type = OCI_TYPE(oci_features, "features", features_rows);
