/* SPDX-License-Identifier: Apache-2.0 */
/* state.c - table of the state document, in the order that runc prints. */
#include "libocispec/desc_rows.h"
#include "libocispec/state.h"

static const struct oci_field state_rows[] = {
	F_STRING(struct oci_state, oci_version, "ociVersion", OCI_REQUIRED),
	F_STRING(struct oci_state, id, "id", OCI_REQUIRED),
	F_OPT_I64(struct oci_state, pid, "pid", 0),
	F_STRING(struct oci_state, status, "status", OCI_REQUIRED),
	F_STRING(struct oci_state, bundle, "bundle", OCI_REQUIRED),
	F_STRING(struct oci_state, rootfs, "rootfs", 0),
	F_STRING(struct oci_state, created, "created", 0),
	F_STRING_MAP(struct oci_state, annotations, "annotations", 0),
	F_STRING(struct oci_state, owner, "owner", 0),
};
const struct oci_type oci_state_type = OCI_TYPE(oci_state, "state", state_rows);
