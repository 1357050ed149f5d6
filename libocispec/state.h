/* SPDX-License-Identifier: Apache-2.0 */
/* state.h - the state document (runtime-spec runtime.md "State"), in the
 * superset that runc prints: hooks get the first six keys, `state` and `list`
 * all of them (reference of the field's users: containerd's go-runc, CRI-O,
 * podman, buildah). */
#ifndef OCISPEC_STATE_H
#define OCISPEC_STATE_H

#include "libocispec/config.h"

struct oci_state {
	char *oci_version, *id, *status, *bundle;
	struct opt_i64 pid;		/* 0 when stopped */
	char *rootfs, *created, *owner;	/* NULL: left out */
	struct str_map annotations;
};

extern const struct oci_type oci_state_type;

#endif
