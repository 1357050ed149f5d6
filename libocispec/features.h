/* SPDX-License-Identifier: Apache-2.0 */
/* features.h - the features document (runtime-spec features.md, 1.3.0). */
#ifndef OCISPEC_FEATURES_H
#define OCISPEC_FEATURES_H

#include "libocispec/config.h"

struct oci_enabled { struct opt_bool enabled; };

struct oci_features_cgroup { struct opt_bool v1, v2, systemd, systemd_user, rdma; };

struct oci_features_seccomp {
	struct opt_bool enabled;
	struct str_list actions, operators, archs, known_flags, supported_flags;
};

struct oci_features_rdt { struct opt_bool enabled, schemata, monitoring; };
struct oci_features_mempolicy { struct str_list modes, flags; };
struct oci_features_mount_ext { struct oci_enabled *idmap; };

struct oci_features_linux {
	struct str_list namespaces, capabilities;
	struct oci_features_cgroup *cgroup;
	struct oci_features_seccomp *seccomp;
	struct oci_enabled *apparmor, *selinux;
	struct oci_features_rdt *intel_rdt;
	struct oci_features_mempolicy *memory_policy;
	struct oci_features_mount_ext *mount_extensions;
	struct oci_enabled *net_devices;
};

struct oci_features {
	char *oci_version_min, *oci_version_max;
	struct str_list hooks, mount_options;
	struct oci_features_linux *linux;
	struct str_map annotations;
	struct str_list potentially_unsafe_config_annotations;
};

extern const struct oci_type oci_features_type;

#endif
