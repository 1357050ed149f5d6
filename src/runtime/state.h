/* SPDX-License-Identifier: Apache-2.0 */
/* state.h - what ocirun keeps of a container on disk: ROOT/ID/state.json.
 *
 * One small file, replaced atomically (write aside, rename), never fsynced: it
 * describes processes, which do not survive a power cut either.  What will be
 * made is recorded before it is made (the cgroup, the directory itself), so
 * that `delete --force` after a kill -9 at any point finds everything.  Beside
 * it stand `start` (a socket on which a created container waits) and `notify`
 * (the sd_notify proxy's directory), when they are needed.
 *
 * start, state, kill and delete read this file and nothing else.
 */
#ifndef OCIRUN_RUNTIME_STATE_H
#define OCIRUN_RUNTIME_STATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "libocispec/config.h"

enum { STATE_ID_MAX = 255, STATE_FILE_MAX = 1 << 20 };

/* The record: our own document, decoded and encoded by libocispec's tables. */
struct state_record {
	char *oci_version, *id, *bundle, *rootfs, *created;
	bool creating; /* create has not finished (or was killed) */
	struct opt_i64 pid;
	struct opt_u64 pidfs_inode; /* identity of the process, Linux >= 6.9 */
	struct opt_u64 start_time;  /* else: clock ticks since boot, /proc/PID/stat 22 */
	char *boot_id;              /* only when ROOT does not vanish at reboot */
	struct opt_u32 owner;       /* uid that created it */
	char *cgroup_driver, *cgroup_mount, *cgroup_path;
	bool own_pidns;
	struct oci_hook_list poststart, poststop;
	struct str_map annotations;
};

/* A valid container id: [A-Za-z0-9_+.-]{1,255}, not "." or "..". */
int state_check_id(const char *id, struct err *e);

/* The directory of all containers (`root` below): the given one, else
 * /run/ocirun or $XDG_RUNTIME_DIR/ocirun for users without privileges.  It must
 * belong to root or to us: who owns it decides what we kill and remove.  Opened
 * O_PATH; -ENOENT without message. */
int state_open_root(const char *root, struct err *e);

/* Host path of something in a container's directory ("notify"). */
int state_path(const char *root, const char *id, const char *name, char path[HOST_PATH_MAX],
	       struct err *e);

/* New directory of a container, and the root above it when that is missing
 * (0711).  -EEXIST: "container with given ID already exists".  Returns its
 * descriptor. */
int state_make_dir(const char *root, const char *id, struct err *e);
/* Existing one, ours.  -ENOENT: `container "X" does not exist`. */
int state_open_dir(const char *root, const char *id, struct err *e);
/* Remove the directory with all that ocirun puts there.  Missing: success. */
int state_remove_dir(const char *root, const char *id, struct err *e);

/* The lock of a container's directory is held by who creates or deletes it, for
 * as long as its open file description lives: a delete must not read a record
 * that a create is about to complete.  -EBUSY: somebody else has it, wait: for
 * ten seconds. */
int state_lock(int dir_fd, bool wait, struct err *e);
void state_unlock(int dir_fd);

int state_write(int dir_fd, const struct state_record *r, struct arena *a, struct err *e);
/* -ENOENT when the directory is there but the file is not (killed between). */
int state_read(int dir_fd, struct arena *a, struct state_record *r, struct err *e);

#endif
