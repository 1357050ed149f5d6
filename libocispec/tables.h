/* SPDX-License-Identifier: Apache-2.0 */
/* tables.h - types that several table files of the library share. */
#ifndef OCISPEC_TABLES_H
#define OCISPEC_TABLES_H

#include "libocispec/desc.h"

extern const struct oci_type oci_id_mapping_type;

#endif
