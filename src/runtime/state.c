/* SPDX-License-Identifier: Apache-2.0 */
/* state.c - see state.h. */
#include "runtime/state.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "libocispec/desc_rows.h"

enum { LOCK_PAUSE_MS = 5, LOCK_WAIT_MS = 10000 };

static const char id_chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+.-";

static const struct oci_field record_rows[] = {
	F_STRING(struct state_record, oci_version, "ociVersion", OCI_REQUIRED),
	F_STRING(struct state_record, id, "id", OCI_REQUIRED),
	F_STRING(struct state_record, bundle, "bundle", OCI_REQUIRED),
	F_STRING(struct state_record, rootfs, "rootfs", 0),
	F_STRING(struct state_record, created, "created", OCI_REQUIRED),
	F_BOOL(struct state_record, creating, "creating", 0),
	F_OPT_I64(struct state_record, pid, "pid", 0),
	F_OPT_U64(struct state_record, pidfs_inode, "pidfsInode", 0),
	F_OPT_U64(struct state_record, start_time, "startTime", 0),
	F_STRING(struct state_record, boot_id, "bootId", 0),
	F_OPT_U32(struct state_record, owner, "owner", 0),
	F_STRING(struct state_record, cgroup_driver, "cgroupDriver", 0),
	F_STRING(struct state_record, cgroup_mount, "cgroupMount", 0),
	F_STRING(struct state_record, cgroup_path, "cgroupPath", 0),
	F_BOOL(struct state_record, own_pidns, "ownPidNamespace", 0),
	F_OBJECTS(struct state_record, poststart, "poststart", oci_hook, 0),
	F_OBJECTS(struct state_record, poststop, "poststop", oci_hook, 0),
	F_STRING_MAP(struct state_record, annotations, "annotations", 0),
};

static const struct oci_type state_record_type = OCI_TYPE(state_record, "state", record_rows);

int state_check_id(const char *id, struct err *e)
{
	size_t n = strlen(id);

	if (n == 0)
		return err_set(e, EINVAL, "invalid container ID format: empty");
	if (n > STATE_ID_MAX)
		return err_set(e, ENAMETOOLONG,
			       "invalid container ID format: file name too long (at most %d)",
			       STATE_ID_MAX);
	if (strspn(id, id_chars) != n || !strcmp(id, ".") || !strcmp(id, ".."))
		return err_set(e, EINVAL, "invalid container ID format: \"%s\"", id);
	return 0;
}

/* --- directories ------------------------------------------------------------ */

static int add_root(struct text *t, const char *root, struct err *e)
{
	const char *runtime_dir;

	if (root) {
		text_add(t, "%s", root);
	} else if (geteuid() == 0) {
		text_add(t, "/run/ocirun");
	} else {
		runtime_dir = getenv("XDG_RUNTIME_DIR");
		if (!runtime_dir || runtime_dir[0] != '/')
			return err_set(e, EINVAL, "XDG_RUNTIME_DIR is not set: give --root");
		text_add(t, "%s/ocirun", runtime_dir);
	}
	return t->cut ? err_sys(e, -ENAMETOOLONG, "root directory") : 0;
}

int state_path(const char *root, const char *id, const char *name, char path[HOST_PATH_MAX],
	       struct err *e)
{
	struct text t = text_over(path, HOST_PATH_MAX);
	int ret = add_root(&t, root, e);

	if (ret == 0)
		text_add(&t, "/%s%s%s", id, name ? "/" : "", name ? name : "");
	return t.cut ? err_sys(e, -ENAMETOOLONG, "path of \"%s\"", id) : ret;
}

/* Whoever owns it could exchange what is below.  Root may own ours. */
static int check_owner(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && (st.st_uid == 0 || st.st_uid == geteuid()))
		return 0;
	return err_set(e, EPERM, "\"%s\" belongs to another user", path);
}

int state_open_root(const char *root, struct err *e)
{
	char path[HOST_PATH_MAX];
	struct text t = text_over(path, sizeof(path));
	fd_auto fd = -1;
	int ret = add_root(&t, root, e);

	if (ret < 0)
		return ret;
	fd = sys_open(path, O_PATH | O_DIRECTORY, 0);
	if (fd == -ENOENT)
		return -ENOENT;
	if (fd < 0)
		return err_sys(e, fd, "open root directory \"%s\"", path);
	ret = check_owner(fd, path, e);
	return ret < 0 ? ret : fd_take(&fd);
}

/* Make the directories above `path`. */
static int make_parents(char *path)
{
	for (char *at = path + 1; (at = strchr(at, '/')); at++) {
		int ret;

		*at = '\0';
		ret = sys_ret(mkdir(path, strchr(at + 1, '/') ? 0755 : 0711));
		*at = '/';
		if (ret < 0 && ret != -EEXIST)
			return ret;
	}
	return 0;
}

/* Not O_PATH: it can be locked. */
static int open_dir(const char *path)
{
	return sys_open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

int state_lock(int dir_fd, bool wait, struct err *e)
{
	struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000L };
	int ret;

	for (int waited = 0;; waited += LOCK_PAUSE_MS) {
		ret = sys_ret(flock(dir_fd, LOCK_EX | LOCK_NB));
		if (ret == 0 || (ret != -EWOULDBLOCK && ret != -EINTR))
			break;
		if (!wait || waited >= LOCK_WAIT_MS)
			return err_set(e, EBUSY, "the container is being created or deleted");
		(void)nanosleep(&pause, NULL);
	}
	return ret < 0 ? err_sys(e, ret, "lock the state directory") : 0;
}

void state_unlock(int dir_fd)
{
	(void)flock(dir_fd, LOCK_UN); /* cannot fail on what we hold */
}

int state_make_dir(const char *root, const char *id, struct err *e)
{
	char path[HOST_PATH_MAX];
	int ret = state_path(root, id, NULL, path, e);
	fd_auto parent = -1;

	if (ret < 0)
		return ret;
	ret = sys_ret(mkdir(path, 0700));
	if (ret == -ENOENT) {
		ret = make_parents(path);
		if (ret == 0)
			ret = sys_ret(mkdir(path, 0700));
	}
	if (ret == -EEXIST)
		return err_set(e, EEXIST, "container with given ID already exists: \"%s\"", id);
	if (ret < 0)
		return err_sys(e, ret, "make the state directory \"%s\"", path);
	parent = state_open_root(root, e);
	if (parent < 0) {
		(void)rmdir(path);
		return parent;
	}
	ret = open_dir(path);
	return ret < 0 ? err_sys(e, ret, "open the state directory \"%s\"", path) : ret;
}

int state_open_dir(const char *root, const char *id, struct err *e)
{
	char path[HOST_PATH_MAX];
	int ret = state_path(root, id, NULL, path, e);
	fd_auto fd = ret < 0 ? -1 : open_dir(path);

	if (ret < 0)
		return ret;
	if (fd == -ENOENT)
		return err_set(e, ENOENT, "container \"%s\" does not exist", id);
	if (fd < 0)
		return err_sys(e, fd, "open the state directory \"%s\"", path);
	ret = check_owner(fd, path, e);
	return ret < 0 ? ret : fd_take(&fd);
}

/* Everything in the directory; directories must be empty already. */
static void empty_dir(int dir_fd)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			(void)unlinkat(dir_fd, entry->d_name, 0); /* rmdir tells */
	if (d)
		closedir(d);
}

/* What is not there in the common case: the gate, the notify proxy, a torn
 * write.  One level of directories is all that ocirun makes. */
static void empty_rest(int dir_fd)
{
	fd_auto notify =
		sys_ret(openat(dir_fd, "notify", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));

	if (notify >= 0)
		empty_dir(notify);
	(void)unlinkat(dir_fd, "notify", AT_REMOVEDIR);
	empty_dir(dir_fd);
}

int state_remove_dir(const char *root, const char *id, struct err *e)
{
	char path[HOST_PATH_MAX];
	int ret = state_path(root, id, NULL, path, e);
	fd_auto dir = ret < 0 ? -1 : open_dir(path);

	if (ret < 0)
		return ret;
	if (dir == -ENOENT)
		return 0;
	if (dir < 0)
		return err_sys(e, dir, "open the state directory \"%s\"", path);
	(void)unlinkat(dir, "state.json", 0);
	ret = sys_ret(rmdir(path));
	if (ret == -ENOTEMPTY) {
		empty_rest(dir);
		ret = sys_ret(rmdir(path));
	}
	if (ret < 0 && ret != -ENOENT)
		return err_sys(e, ret, "remove the state directory \"%s\"", path);
	return 0;
}

/* --- the file ------------------------------------------------------------------ */

int state_write(int dir_fd, const struct state_record *r, struct arena *a, struct err *e)
{
	char *text = oci_encode(&state_record_type, r, 0, a);
	size_t n = strlen(text);
	fd_auto fd = -1;
	int ret;

	if (n > STATE_FILE_MAX) /* nobody could read it, and so delete the container */
		return err_sys(e, -EFBIG, "write the state of \"%s\"", r->id);
	fd = sys_ret(openat(dir_fd, "state.new",
			    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
	ret = fd < 0 ? fd : fd_write_all(fd, text, n);
	if (ret == 0)
		ret = sys_ret(renameat(dir_fd, "state.new", dir_fd, "state.json"));
	return ret < 0 ? err_sys(e, ret, "write the state of \"%s\"", r->id) : 0;
}

int state_read(int dir_fd, struct arena *a, struct state_record *r, struct err *e)
{
	fd_auto fd = sys_ret(
		openat(dir_fd, "state.json", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
	struct problem kept;
	struct problems p = { .at = &kept, .cap = 1 };
	struct oci_text text = { .name = "state.json" };
	char *at;
	int ret;

	if (fd == -ENOENT)
		return -ENOENT;
	if (fd < 0)
		return err_sys(e, fd, "open state.json");
	ret = fd_slurp(fd, STATE_FILE_MAX, a, &at, &text.len);
	if (ret < 0)
		return err_sys(e, ret, "read state.json");
	text.at = at;
	ret = oci_decode(&state_record_type, &text, a, r, &p);
	if (ret < 0) {
		problems_first(&p, e);
		err_prefix(e, "state.json");
	}
	return ret;
}
