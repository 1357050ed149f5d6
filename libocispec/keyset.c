/* SPDX-License-Identifier: Apache-2.0 */
/* keyset.c - crit-bit tree over NUL-terminated keys.  Node i holds key i and,
 * but for the first, the inner node that came with it.
 */
#include "libocispec/keyset.h"

#include <string.h>

static bool is_key(uint32_t link)
{
	return link & 1;
}

static unsigned int side(const struct oci_keynode *node, const char *key, size_t len)
{
	return node->byte < len && ((uint8_t)key[node->byte] & node->mask) != 0;
}

bool oci_keyset_add(struct oci_keynode *at, size_t n, uint32_t *root, const char *key)
{
	struct oci_keynode *new = &at[n];
	size_t len = strlen(key);
	uint32_t *link = root;
	const char *near;
	size_t i = 0;
	uint8_t diff;

	*new = (struct oci_keynode){ .key = key };
	if (n == 0) {
		*root = 1;
		return true;
	}
	while (!is_key(*link))
		link = &at[*link >> 1].child[side(&at[*link >> 1], key, len)];
	near = at[*link >> 1].key;
	while (key[i] == near[i]) {
		if (key[i++] == '\0')
			return false;
	}
	diff = (uint8_t)key[i] ^ (uint8_t)near[i];
	new->byte = (uint32_t)i;
	new->mask = (uint8_t)(0x80 >> (__builtin_clz(diff) - 24));

	/* Above the first node that looks at a later bit. */
	link = root;
	while (!is_key(*link)) {
		struct oci_keynode *node = &at[*link >> 1];

		if (node->byte > new->byte || (node->byte == new->byte && node->mask < new->mask))
			break;
		link = &node->child[side(node, key, len)];
	}
	new->child[side(new, key, len)] = (uint32_t)n << 1 | 1;
	new->child[!side(new, key, len)] = *link;
	*link = (uint32_t)n << 1;
	return true;
}
