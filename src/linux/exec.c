/* SPDX-License-Identifier: Apache-2.0 */
/* exec.c - HOME, working directory and path of the user's program.  Child,
 * behind the switched root: the kernel resolves paths as the program would.
 */
#include "linux/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"

/* --- HOME ----------------------------------------------------------------- */

enum { PASSWD_MAX = 64 * 1024, PASSWD_UID = 2, PASSWD_HOME = 5 };

/* One line of passwd(5), taken byte by byte, so that a hostile file may have
 * lines of any length: name:password:uid:gid:gecos:home:shell */
struct passwd_line {
	int field;
	size_t digits, home_len;
	uint64_t uid;
	bool bad_uid;		/* not just digits, or too many of them */
	bool bad_home;		/* control characters, or too long */
};

static void take_uid(struct passwd_line *l, char c)
{
	l->digits++;
	if (c < '0' || c > '9' || l->digits > 10)
		l->bad_uid = true;
	else
		l->uid = l->uid * 10 + (uint64_t)(c - '0');
}

static void take_home(struct passwd_line *l, char c, char home[EXEC_HOME_MAX])
{
	if ((unsigned char)c < ' ' || c == 0x7f || l->home_len + 1 >= EXEC_HOME_MAX)
		l->bad_home = true;
	else
		home[l->home_len++] = c;
}

static void take(struct passwd_line *l, char c, char home[EXEC_HOME_MAX])
{
	if (c == ':')
		l->field++;
	else if (l->field == PASSWD_UID)
		take_uid(l, c);
	else if (l->field == PASSWD_HOME)
		take_home(l, c, home);
}

static bool wanted(const struct passwd_line *l, uid_t uid)
{
	return l->field >= PASSWD_HOME && l->digits > 0 && !l->bad_uid && l->uid == uid;
}

/* Go through the file; true when the first line of uid was met, which then
 * stands in l and home. */
static bool passwd_find(int fd, uid_t uid, struct passwd_line *l, char home[EXEC_HOME_MAX])
{
	char buf[4096];
	ssize_t n;

	for (size_t seen = 0; seen < PASSWD_MAX; seen += (size_t)n) {
		n = read(fd, buf, sizeof(buf));
		if (n <= 0) /* the last line may lack its newline */
			return n == 0 && wanted(l, uid);
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] != '\n') {
				take(l, buf[i], home);
				continue;
			}
			if (wanted(l, uid))
				return true;
			*l = (struct passwd_line){ 0 };
		}
	}
	return false;
}

void exec_home(const struct root *root, uid_t uid, char home[EXEC_HOME_MAX])
{
	struct passwd_line line = { 0 };
	fd_auto fd = path_read(root, "/etc/passwd", NULL);

	if (fd >= 0 && passwd_find(fd, uid, &line, home) && !line.bad_home && line.home_len > 0 &&
	    home[0] == '/') {
		home[line.home_len] = '\0';
		return;
	}
	home[0] = '/';
	home[1] = '\0';
}

/* --- working directory ---------------------------------------------------- */

int exec_chdir(const struct plan_exec *x, struct err *e)
{
	char buf[EXEC_PATH_MAX];
	int ret = sys_ret(chdir(x->cwd));

	if (ret < 0) {
		err_sys(e, ret, "chdir to cwd \"%s\"", x->cwd);
		err_where(e, "/process/cwd");
		return ret;
	}
	/* libc hides "(unreachable)/..." as ENOENT, the kernel says it. */
	ret = sys_getcwd(buf, sizeof(buf));
	if (ret < 0)
		err_sys(e, ret, "verify cwd \"%s\"", x->cwd);
	else if (buf[0] != '/')
		ret = err_set(e, EPERM, "cwd \"%s\" is outside of the container's root", x->cwd);
	if (ret < 0)
		err_where(e, "/process/cwd");
	return ret < 0 ? ret : 0;
}

/* --- the program ------------------------------------------------------------ */

/* 0 when the kernel would execute it, as far as permissions tell. */
static int executable(const char *path)
{
	struct stat st;
	int ret = sys_faccessat_eff(AT_FDCWD, path, X_OK);

	if (ret < 0)
		return ret;
	ret = sys_ret(fstatat(AT_FDCWD, path, &st, 0));
	if (ret < 0)
		return ret;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return S_ISREG(st.st_mode) ? 0 : -EACCES;
}

/* Try every directory of PATH; an empty one is the working directory.  -EACCES
 * when something was there that may not be executed, as shells tell it. */
static int search(const struct plan_exec *x, char path[EXEC_PATH_MAX])
{
	int ret = -ENOENT;

	for (const char *dir = x->path_env, *end; dir; dir = *end ? end + 1 : NULL) {
		struct text t = text_over(path, EXEC_PATH_MAX);
		int now;

		end = strchrnul(dir, ':');
		text_add(&t, "%.*s/%s", end == dir ? 1 : (int)(end - dir), end == dir ? "." : dir,
			 x->args[0]);
		now = t.cut ? -ENAMETOOLONG : executable(path);
		if (now == 0)
			return 0;
		if (now == -EACCES)
			ret = now;
	}
	return ret;
}

int exec_find(const struct plan_exec *x, char path[EXEC_PATH_MAX], struct err *e)
{
	const char *name = x->args[0];
	int ret;

	if (strchr(name, '/')) {
		struct text t = text_over(path, EXEC_PATH_MAX);

		text_add(&t, "%s", name);
		ret = t.cut ? -ENAMETOOLONG : executable(name);
		if (ret < 0)
			err_sys(e, ret, "exec %s", name);
	} else {
		ret = *name ? search(x, path) : -ENOENT;
		if (ret == -ENOENT)
			err_set(e, ENOENT, "exec: \"%s\": executable file not found in $PATH",
				name);
		else if (ret < 0)
			err_sys(e, ret, "exec: \"%s\"", name);
	}
	if (ret < 0)
		err_where(e, "/process/args/0");
	return ret;
}
