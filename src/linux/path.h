/* SPDX-License-Identifier: Apache-2.0 */
/* path.h - the only code that may take a path inside the container.
 *
 * A `struct root` is the container's root as a descriptor; a container path is
 * a string that is only ever resolved below it, by one openat2(2) with
 * RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS (Linux 5.6).  A symlink inside the
 * image is legal: it resolves inside the root.  What is created is one
 * component below a directory that was opened first, never through a link
 * (CVE-2019-18837, CVE-2024-45310, CVE-2026-41579).  A tree that is renamed
 * while it is walked gives EAGAIN; that is retried for a bounded time.
 *
 * Child; no allocation.  Returned descriptors are O_PATH | O_CLOEXEC.
 */
#ifndef OCIRUN_LINUX_PATH_H
#define OCIRUN_LINUX_PATH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct root {
	int fd; /* O_PATH, directory; borrowed by these functions */
};

enum {
	PATH_STRICT = 1,   /* no symlink anywhere on the way */
	PATH_NOFOLLOW = 2, /* the last component is not followed */
};

/* Open what is at `path`.  -ENOENT, -ENOTDIR, -ELOOP (strict), -EAGAIN (the
 * tree keeps moving), fd >= 0. */
int path_lookup(const struct root *r, const char *path, unsigned int flags, struct err *e);
/* As path_lookup() without an error text, for things that may be absent. */
int path_try(const struct root *r, const char *path, unsigned int flags);

/* Open the directory, creating what is missing on the way with `mode` (owned
 * by root).  A dangling symlink leads to its target inside the root.  What is
 * there already is opened whatever it is: attaching a mount to it tells. */
int path_mkdirs(const struct root *r, const char *path, mode_t mode, unsigned int flags,
		struct err *e);

/* Open the object, creating an empty regular file (0644) when it is missing. */
int path_mkfile(const struct root *r, const char *path, unsigned int flags, struct err *e);

/* The directory that holds the last component of path, which is copied to
 * name (NAME_MAX + 1 bytes); missing directories are created.  For mknodat()
 * and symlinkat() on one component. */
int path_parent(const struct root *r, const char *path, char name[256], struct err *e);

/* A symlink at path pointing to target.  An equal one that exists is fine;
 * anything else at that place is left alone unless `replace` (then one
 * non-directory is unlinked). */
int path_symlink(const struct root *r, const char *path, const char *target, bool replace,
		 struct err *e);

/* Open a regular file of the image for reading (never a FIFO or a device:
 * checked before it is opened).  -ENOENT... */
int path_read(const struct root *r, const char *path, struct err *e);

#endif
