/* SPDX-License-Identifier: Apache-2.0 */
/* keyset.h - the set of keys of one JSON map, to find duplicates.
 *
 * A crit-bit tree: adding a key costs at most eight steps per byte of that key,
 * so that a whole map costs time linear in its text whatever its author chose,
 * without a random seed.  Memory is the caller's: one node per key.
 */
#ifndef OCISPEC_KEYSET_H
#define OCISPEC_KEYSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct oci_keynode {
	const char *key;
	uint32_t child[2]; /* 2 * node, or 2 * key + 1 */
	uint32_t byte;     /* the two sides differ first in this byte... */
	uint8_t mask;      /* ... and there in this bit */
};

/* Add a key to the set of the n keys in at[0..n); at[n] is free.  False when
 * it is in the set already (at[n] is then still free).  *root belongs to the
 * set and starts as 0.  The key must stay where it is. */
bool oci_keyset_add(struct oci_keynode *at, size_t n, uint32_t *root, const char *key);

#endif
