/* SPDX-License-Identifier: Apache-2.0 */
/* rootfs.c - the way into a new root, and that nothing of the old one is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/rootfs.h"

#include <sys/stat.h>

#include "base/sys.h"
#include "tests/unit/linux/child.h"

static struct root root = { .fd = -1 };
static struct err e;

static const struct plan_rootfs usual = {
	.path = "/tmp/rootfs",
	.new_mounts = true,
	.pivot = true,
	.setup_propagation = SYS_MS_PRIVATE | NAMES_RECURSIVE,
	.propagation = SYS_MS_PRIVATE | NAMES_RECURSIVE,
};

/* /tmp/rootfs holds "marker", and a procfs to look at the mounts with. */
static bool begin(void)
{
	if (mount("none", "/tmp", "tmpfs", 0, NULL) < 0 || chdir("/tmp") < 0 ||
	    mkdir("rootfs", 0755) < 0 || mkdir("rootfs/proc", 0755) < 0 ||
	    mkdir("rootfs/sub", 0755) < 0 || mknod("rootfs/marker", S_IFREG | 0644, 0) < 0)
		return false;
	e = (struct err){ 0 };
	return true;
}

static bool enter(const struct plan_rootfs *plan)
{
	return rootfs_propagation(plan, &e) == 0 && rootfs_attach(plan, &root, &e) == 0 &&
	       mount("none", "/tmp/rootfs/proc", "proc", 0, NULL) == 0 &&
	       rootfs_switch(plan, &root, &e) == 0;
}

/* Lines of our mountinfo; *root_line is the one of "/". */
static int mounts(char root_line[256])
{
	static char buf[65536];
	char *rest = buf, *line;
	int n = 0;

	if (!read_text("/proc/self/mountinfo", buf, sizeof(buf)))
		return -1;
	while ((line = strsep(&rest, "\n")) && *line) {
		char at[128];

		n++;
		if (sscanf(line, "%*d %*d %*s %*s %127s", at) == 1 && !strcmp(at, "/"))
			snprintf(root_line, 256, "%s", line);
	}
	return n;
}

static bool is_inside(void)
{
	char cwd[64];

	return access("/marker", F_OK) == 0 && access("/../marker", F_OK) == 0 &&
	       access("/tmp", F_OK) < 0 && getcwd(cwd, sizeof(cwd)) && !strcmp(cwd, "/");
}

/* --- switching ------------------------------------------------------------------------- */

static int by_pivot(void)
{
	char line[256] = "";

	CHECK(begin() && enter(&usual) && is_inside());
	CHECK(mounts(line) == 2); /* ours and its /proc: nothing of the host */
	CHECK(strstr(line, " /rootfs / rw"));
	CHECK(!strstr(line, "shared:") && !strstr(line, "master:"));
	CHECK(fcntl(root.fd, F_GETFD) & FD_CLOEXEC);
	CHECK(mkdir("/writable", 0755) == 0);
	CHECK(rootfs_readonly(&root, &e) == 0);
	CHECK(mkdir("/x", 0755) < 0 && errno == EROFS);
	return CHILD_OK;
}

/* What the mounts below the rootfs were comes along, and their end is ours. */
static int with_mounts_below(void)
{
	char line[256] = "";

	CHECK(begin() && mount("none", "rootfs/sub", "tmpfs", MS_NOEXEC, NULL) == 0);
	CHECK(mkdir("rootfs/sub/inner", 0755) == 0 && enter(&usual) && is_inside());
	CHECK(access("/sub/inner", F_OK) == 0 && mounts(line) == 3);
	CHECK(rootfs_readonly(&root, &e) == 0); /* of the root alone */
	CHECK(mkdir("/sub/x", 0755) == 0 && mkdir("/x", 0755) < 0);
	return CHILD_OK;
}

/* A rootfs that is a mount itself, by way of a symlink, and the whole host. */
static int odd_places(void)
{
	struct plan_rootfs plan = usual;

	CHECK(begin() && mount("/tmp/rootfs", "/tmp/rootfs", NULL, MS_BIND, NULL) == 0);
	CHECK(symlink("rootfs", "link") == 0);
	plan.path = "/tmp/link";
	CHECK(enter(&plan) && is_inside());
	return CHILD_OK;
}

/* --no-pivot: the old root lies below, but no path leads there. */
static int by_move(void)
{
	struct plan_rootfs plan = usual;
	char line[256] = "";

	plan.pivot = false;
	CHECK(begin() && enter(&plan) && is_inside());
	CHECK(mounts(line) >= 2 && *line);
	return CHILD_OK;
}

/* Without a mount namespace nothing is mounted. */
static int by_chroot(void)
{
	struct plan_rootfs plan = { .path = "/tmp/rootfs" };
	char before[256] = "", after[256] = "";
	int n, fd;

	CHECK(begin() && (n = mounts(before)) > 1);
	CHECK(rootfs_attach(&plan, &root, &e) == 0);
	fd = open("/proc", O_PATH | O_CLOEXEC);
	CHECK(rootfs_switch(&plan, &root, &e) == 0 && is_inside());
	CHECK(fchdir(fd) == 0 && chroot("..") == 0); /* as a chroot is: left again */
	CHECK(mounts(after) == n && !strcmp(before, after));
	return CHILD_OK;
}

/* --- propagation ------------------------------------------------------------------------- */

static char *mountinfo(void)
{
	static char buf[2][65536];
	static int i;

	i = !i;
	return read_text("/proc/self/mountinfo", buf[i], sizeof(buf[i])) ? buf[i] : NULL;
}

/* Carry the switch out in a namespace whose mounts are peers of ours; true when it
 * worked and nothing of it reached us. */
static bool leaves_us_alone(const struct plan_rootfs *plan)
{
	char *before = mountinfo(), *after;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		char line[256] = "";

		if (unshare(CLONE_NEWNS) < 0 || !enter(plan) || !is_inside() || mounts(line) != 2)
			_exit(1);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0 || !before)
		return false;
	after = mountinfo();
	return after && !strcmp(before, after);
}

static int nothing_reaches_the_host(void)
{
	static const uint32_t kinds[] = { SYS_MS_PRIVATE, SYS_MS_SLAVE, 0 };

	CHECK(begin() && mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) == 0);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct plan_rootfs plan = usual;

		plan.setup_propagation = kinds[i] ? kinds[i] | NAMES_RECURSIVE : 0;
		plan.propagation =
			kinds[i] ? kinds[i] | NAMES_RECURSIVE : SYS_MS_SHARED | NAMES_RECURSIVE;
		CHECK(leaves_us_alone(&plan));
	}
	return CHILD_OK;
}

/* Whether a mount that the host makes below the rootfs appears in the container. */
static bool receives(uint32_t propagation)
{
	struct plan_rootfs plan = usual;
	int go[2], status;
	pid_t pid;
	char c;

	plan.setup_propagation = SYS_MS_SLAVE | NAMES_RECURSIVE;
	plan.propagation = propagation;
	if (pipe2(go, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		return false;
	if (pid == 0) {
		int ready[2] = { go[0], go[1] };

		if (unshare(CLONE_NEWNS) < 0 || !enter(&plan))
			_exit(2);
		(void)!write(ready[1], "r", 1);
		while (access("/sub/mounted", F_OK) < 0 && access("/done", F_OK) < 0)
			usleep(1000);
		_exit(access("/sub/mounted", F_OK) == 0 ? 0 : 1);
	}
	(void)!read(go[0], &c, 1);
	(void)mount("none", "/tmp/rootfs/sub", "tmpfs", 0, NULL);
	(void)mkdir("/tmp/rootfs/sub/mounted", 0755);
	(void)mknod("/tmp/rootfs/done", S_IFREG, 0);
	close(go[0]);
	close(go[1]);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
		abort();
	umount2("/tmp/rootfs/sub", MNT_DETACH);
	unlink("/tmp/rootfs/done");
	return WEXITSTATUS(status) == 0;
}

static int what_reaches_the_container(void)
{
	CHECK(begin() && mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) == 0);
	CHECK(receives(SYS_MS_SLAVE | NAMES_RECURSIVE));
	CHECK(!receives(SYS_MS_PRIVATE | NAMES_RECURSIVE));
	return CHILD_OK;
}

static int the_last_word(void)
{
	struct plan_rootfs plan = usual;
	char line[256] = "";

	plan.propagation = SYS_MS_SHARED;
	CHECK(begin() && enter(&plan) && mounts(line) == 2);
	CHECK(strstr(line, "shared:"));
	return CHILD_OK;
}

static int unbindable(void)
{
	struct plan_rootfs plan = usual;
	char line[256] = "";

	plan.propagation = SYS_MS_UNBINDABLE | NAMES_RECURSIVE;
	CHECK(begin() && enter(&plan) && mounts(line) == 2 && strstr(line, "unbindable"));
	return CHILD_OK;
}

/* --- refusals ------------------------------------------------------------------------------ */

static int bad_rootfs(void)
{
	struct plan_rootfs plan = usual;

	CHECK(begin());
	plan.path = "/tmp/none";
	CHECK(rootfs_attach(&plan, &root, &e) == -ENOENT && root.fd == -1);
	CHECK(!strcmp(e.msg, "open rootfs \"/tmp/none\": no such file or directory"));
	plan.path = "/tmp/rootfs/marker";
	CHECK(rootfs_attach(&plan, &root, &e) == -ENOTDIR && root.fd == -1);
	plan.setup_propagation = 0;
	plan.path = "/tmp/none/x";
	CHECK(rootfs_propagation(&plan, &e) == -ENOENT);
	CHECK_MSG(&e, "make the mount of \"/tmp/none/x\" private");
	return CHILD_OK;
}

/* "/" of a chroot is no mount: its propagation cannot be set. */
static int in_a_chroot(void)
{
	CHECK(begin() && chroot("/tmp/rootfs") == 0 && chdir("/") == 0);
	CHECK(rootfs_propagation(&usual, &e) == -EINVAL);
	CHECK_MSG(&e, "the caller's root directory is not a mount point");
	return CHILD_OK;
}

/* Not attached: what would become "/" is not the root of a mount. */
static int not_attached(void)
{
	CHECK(begin());
	root.fd = open("/tmp/rootfs", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(rootfs_switch(&usual, &root, &e) == -EINVAL);
	CHECK(!strcmp(e.msg, "pivot_root to \"/tmp/rootfs\": invalid argument"));
	CHECK(access("/tmp/rootfs/marker", F_OK) == 0); /* and nothing was dropped */
	return CHILD_OK;
}

IN_CHILD(by_pivot)
IN_CHILD(with_mounts_below)
IN_CHILD(odd_places)
IN_CHILD(by_move)
IN_CHILD(by_chroot)
IN_CHILD(nothing_reaches_the_host)
IN_CHILD(what_reaches_the_container)
IN_CHILD(the_last_word)
IN_CHILD(unbindable)
IN_CHILD(bad_rootfs)
IN_CHILD(in_a_chroot)
IN_CHILD(not_attached)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_pivot),
		cmocka_unit_test(test_with_mounts_below),
		cmocka_unit_test(test_odd_places),
		cmocka_unit_test(test_by_move),
		cmocka_unit_test(test_by_chroot),
		cmocka_unit_test(test_nothing_reaches_the_host),
		cmocka_unit_test(test_what_reaches_the_container),
		cmocka_unit_test(test_the_last_word),
		cmocka_unit_test(test_unbindable),
		cmocka_unit_test(test_bad_rootfs),
		cmocka_unit_test(test_in_a_chroot),
		cmocka_unit_test(test_not_attached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
