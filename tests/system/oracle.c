/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The oracle of the system tests: prints what one test can have left on the
 * host, one sorted-able line per thing, so that two prints can be compared
 * with comm(1).  It knows a test by its directory and by its tag (a word that
 * every container id of the test holds) and nothing about ocirun itself.
 *
 *   oracle snapshot TAG DIR EXE [all]  processes, mounts, cgroups, state, keys, nodes, sysctls
 *   oracle procs TAG DIR               the processes that belong to the test
 *   oracle reap COMMAND...             run as subreaper; what outlives COMMAND is named, exit 99
 *   oracle init COMMAND...             be pid 1 of a pid namespace: run, reap everything
 *
 * With "all" every namespace seen in /proc and the times of device nodes are
 * printed as well, which is meaningful only where the tests are alone.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const char *const namespaces[] = {
	"cgroup", "ipc", "mnt", "net", "pid_for_children", "time_for_children", "user", "uts",
};

/* What no container may touch on its host. */
static const char *const nodes[] = {
	"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty",
	"/dev/ptmx", "/dev/console", "/etc/passwd", "/etc/group",
};
static const char *const sysctls[] = {
	"kernel/core_pattern", "kernel/hostname", "kernel/domainname", "kernel/msgmax",
	"kernel/shmmax", "fs/mqueue/msg_max", "net/ipv4/ip_forward", "vm/overcommit_memory",
};

/* What makes a thing the test's own; file scope because nftw() has no argument to carry it. */
static const char *tag;
static const char *dir;

/* The whole of a /proc file, NUL bytes turned into spaces; to be freed, NULL when it
 * cannot be read. */
static char *slurp(const char *path)
{
	size_t size = 0, room = 4096;
	char *text = malloc(room);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	while (fd >= 0 && text && (n = read(fd, text + size, room - size - 1)) > 0) {
		size += (size_t)n;
		if (room - size > 1)
			continue;
		char *more = realloc(text, room * 2);
		if (!more)
			break;
		text = more;
		room *= 2;
	}
	if (fd >= 0)
		close(fd);
	if (!text || n < 0) {
		free(text);
		return NULL;
	}
	for (size_t i = 0; i < size; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	text[size] = '\0';
	return text;
}

static char *slurp_proc(const char *pid, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	return slurp(path);
}

static ino_t ns_inode(const char *pid, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, name);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static int parent_of(const char *pid)
{
	char *stat = slurp_proc(pid, "stat");
	const char *end = stat ? strrchr(stat, ')') : NULL;
	int ppid = 0;

	if (end && sscanf(end + 1, " %*c %d", &ppid) != 1)
		ppid = 0;
	free(stat);
	return ppid;
}

static bool is_ancestor(const char *pid)
{
	char at[16];
	int wanted = atoi(pid);

	for (int up = getpid(); up > 0; up = parent_of(at)) {
		if (up == wanted)
			return true;
		snprintf(at, sizeof(at), "%d", up);
	}
	return false;
}

static bool names_test(const char *text)
{
	return text && (strstr(text, tag) || strstr(text, dir));
}

/* A process of the test: by its command line, or by a mount of the test's tree in a
 * namespace of its own. */
static bool is_ours(const char *pid)
{
	char *text = slurp_proc(pid, "cmdline");
	bool ours = names_test(text);

	free(text);
	if (!ours && ns_inode(pid, "mnt") != ns_inode("self", "mnt")) {
		text = slurp_proc(pid, "mountinfo");
		ours = names_test(text);
		free(text);
	}
	return ours && !is_ancestor(pid);
}

static int is_pid(const struct dirent *entry)
{
	return entry->d_name[0] >= '1' && entry->d_name[0] <= '9';
}

static void print_process(const char *pid)
{
	char *stat = slurp_proc(pid, "stat");
	char *cmdline = slurp_proc(pid, "cmdline");
	const char *name = stat ? strchr(stat, '(') : NULL;
	const char *end = stat ? strrchr(stat, ')') : NULL;

	if (name && end)
		printf("proc %s %.*s %.60s\n", pid, (int)(end + 1 - name), name,
		       cmdline ? cmdline : "");
	free(stat);
	free(cmdline);
}

static void print_namespaces(const char *pid)
{
	char path[PATH_MAX], link[64];

	for (size_t i = 0; i < LEN(namespaces); i++) {
		snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, namespaces[i]);
		ssize_t n = readlink(path, link, sizeof(link));
		if (n > 0)
			printf("ns %.*s\n", (int)n, link);
	}
}

static int print_processes(bool with_namespaces)
{
	struct dirent **pids;
	int n = scandir("/proc", &pids, is_pid, NULL), found = 0;

	for (int i = 0; i < n; i++) {
		if (is_ours(pids[i]->d_name)) {
			print_process(pids[i]->d_name);
			found++;
		}
		if (with_namespaces)
			print_namespaces(pids[i]->d_name);
		free(pids[i]);
	}
	if (n >= 0)
		free(pids);
	return found;
}

/* The lines of a file, each behind a kind; with a filter only those of this test. */
static void print_lines(const char *kind, const char *path, bool filter)
{
	char *text = slurp(path), *save = NULL;

	for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		if (!filter || names_test(line))
			printf("%s %s\n", kind, line);
	free(text);
}

static int print_cgroup(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)walk;
	if (type == FTW_D && strstr(path, tag))
		printf("cgroup %s\n", path);
	return 0;
}

static int print_entry(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	char target[PATH_MAX] = "";

	(void)walk;
	if (type == FTW_SL && readlink(path, target, sizeof(target) - 1) < 0)
		target[0] = '\0';
	printf("tree %s %o %u:%u %u:%u %lld %s\n", path, st->st_mode, st->st_uid, st->st_gid,
	       major(st->st_rdev), minor(st->st_rdev),
	       S_ISDIR(st->st_mode) ? 0LL : (long long)st->st_size, target);
	return 0;
}

/* A node whose owner, mode and change time nothing may touch; other programs than ours do touch
 * the time of /dev/null, so of nodes it counts only where the tests are alone. */
static void print_node(const char *path, bool times)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return;
	printf("node %s %llu %o %u:%u %lld.%09ld\n", path, (unsigned long long)st.st_ino,
	       st.st_mode, st.st_uid, st.st_gid, times ? (long long)st.st_ctim.tv_sec : 0LL,
	       times ? st.st_ctim.tv_nsec : 0L);
}

static void print_host(const char *exe, bool all)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < LEN(nodes); i++)
		print_node(nodes[i], all);
	print_node(exe, true);
	for (size_t i = 0; i < LEN(sysctls); i++) {
		snprintf(path, sizeof(path), "/proc/sys/%s", sysctls[i]);
		printf("sysctl %s ", sysctls[i]);
		print_lines("=", path, false);
	}
}

static int snapshot(const char *exe, bool all)
{
	print_processes(all);
	print_lines("mount", "/proc/self/mountinfo", false);
	print_lines("socket", "/proc/net/unix", true);
	print_lines("key", "/proc/keys", true);
	nftw("/sys/fs/cgroup", print_cgroup, 16, FTW_PHYS);
	nftw(dir, print_entry, 16, FTW_PHYS);
	print_host(exe, all);
	return 0;
}

static int exit_code(int wstatus)
{
	return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus) : WEXITSTATUS(wstatus);
}

static pid_t spawn(char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	return pid;
}

static void name_and_kill(const char *pid)
{
	char *cmdline = slurp_proc(pid, "cmdline");

	fprintf(stderr, "oracle: left behind: %s %s\n", pid, cmdline ? cmdline : "");
	free(cmdline);
	kill(atoi(pid), SIGKILL);
	waitpid(atoi(pid), NULL, 0);
}

/* Half a second for what is on its way out, then every child that is left is named and killed. */
static int reap_rest(int code)
{
	const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };
	char path[64];
	int left = 0;

	for (int i = 0; i < 100; i++) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);
		if (pid < 0)
			return code;
		if (pid == 0)
			nanosleep(&pause, NULL);
	}
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	for (char *list; (list = slurp(path)) && list[strspn(list, " ")]; free(list)) {
		char *save = NULL;
		for (char *pid = strtok_r(list, " ", &save); pid;
		     pid = strtok_r(NULL, " ", &save), left++)
			name_and_kill(pid);
	}
	return left ? 99 : code;
}

static int reap(char **argv)
{
	int wstatus = 0;
	pid_t pid;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) {
		perror("oracle: become subreaper");
		return 98;
	}
	pid = spawn(argv);
	if (pid < 0 || waitpid(pid, &wstatus, 0) < 0) {
		perror("oracle: run command");
		return 98;
	}
	return reap_rest(exit_code(wstatus));
}

static int be_init(char **argv)
{
	pid_t command = spawn(argv), pid;
	int wstatus = 0, code = 98;

	while ((pid = waitpid(-1, &wstatus, 0)) > 0 || errno == EINTR) {
		if (pid != command)
			continue;
		code = exit_code(wstatus);
		break;
	}
	return code;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";

	if (strcmp(verb, "reap") == 0)
		return reap(argv + 2);
	if (strcmp(verb, "init") == 0)
		return be_init(argv + 2);
	if (argc >= 4) {
		tag = argv[2];
		dir = argv[3];
	}
	if (strcmp(verb, "procs") == 0 && argc == 4)
		return print_processes(false) > 0;
	if (strcmp(verb, "snapshot") == 0 && argc >= 5)
		return snapshot(argv[4], argc > 5);
	fprintf(stderr, "usage: oracle snapshot TAG DIR EXE [all] | procs TAG DIR\n"
			"       oracle reap|init COMMAND...\n");
	return 2;
}
