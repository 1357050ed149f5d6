/* SPDX-License-Identifier: Apache-2.0 */
/* seal.c - the stub, and if need be this program, as memfds that nobody can
 * write.  Parent.
 */
#include "linux/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"

/* Linux 6.3; the libcs' headers are older. */
enum { SEAL_MFD_EXEC = 0x10, SEAL_F_SEAL_EXEC = 0x20 };

/* src/stub/blob.S */
extern const char stub_blob_start[] __attribute__((visibility("hidden")));
extern const char stub_blob_end[] __attribute__((visibility("hidden")));

enum { ARGS_MAX = 4 << 20 }; /* the kernel's own limit is below (execve(2)) */

static int new_memfd(const char *name, int *seals)
{
	const unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd;

	*seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	/* With vm.memfd_noexec=1 a memfd is executable only by asking for it. */
	fd = sys_memfd_create(name, flags | SEAL_MFD_EXEC);
	if (fd == -EINVAL)
		return sys_memfd_create(name, flags);
	*seals |= SEAL_F_SEAL_EXEC;
	return fd;
}

int seal_stub(struct err *e)
{
	int seals;
	fd_auto fd = new_memfd("ocirun-stub", &seals);
	int ret;

	if (fd < 0)
		return err_sys(e, fd, "make a memfd for the stub");
	ret = fd_write_all(fd, stub_blob_start, (size_t)(stub_blob_end - stub_blob_start));
	if (ret < 0)
		return err_sys(e, ret, "write the stub");
	ret = sys_ret(fcntl(fd, F_ADD_SEALS, seals));
	if (ret < 0)
		return err_sys(e, ret, "seal the stub");
	return fd_take(&fd);
}

/* --- the program itself ------------------------------------------------------- */

static int copy_self(int exe, struct err *e)
{
	int seals;
	fd_auto fd = new_memfd("ocirun", &seals);
	ssize_t n;

	if (fd < 0)
		return err_sys(e, fd, "make a memfd for a copy of ocirun");
	do
		n = sys_ret(sendfile(fd, exe, NULL, INT_MAX));
	while (n > 0 || n == -EINTR);
	if (n == 0)
		n = sys_ret(fcntl(fd, F_ADD_SEALS, seals));
	return n < 0 ? err_sys(e, (int)n, "make a sealed copy of ocirun") : fd_take(&fd);
}

/* Our arguments as the kernel has them; what the command line's parser does to
 * argv does not matter then. */
static char **own_args(struct arena *a, struct err *e)
{
	fd_auto fd = sys_open("/proc/self/cmdline", O_RDONLY, 0);
	size_t len = 0, n = 0;
	char *text = NULL, **argv;
	int ret = fd < 0 ? fd : fd_slurp(fd, ARGS_MAX, a, &text, &len);

	if (ret < 0) {
		err_sys(e, ret, "read /proc/self/cmdline");
		return NULL;
	}
	for (size_t i = 0; i < len; i++)
		n += text[i] == '\0';
	argv = arena_array(a, char *, n + 1);
	for (size_t i = 0; i < n; i++, text += strlen(text) + 1)
		argv[i] = text;
	return argv;
}

int seal_self(struct arena *a, struct err *e)
{
	fd_auto exe = sys_open("/proc/self/exe", O_RDONLY, 0);
	fd_auto copy = -1;
	char **argv;
	int seals;

	if (exe < 0)
		return err_sys(e, exe, "open /proc/self/exe");
	/* Files of a tmpfs have seals, too, but not this one; others say EINVAL. */
	seals = fcntl(exe, F_GET_SEALS);
	if (seals >= 0 && (seals & F_SEAL_WRITE))
		return 0;
	copy = copy_self(exe, e);
	argv = copy < 0 ? NULL : own_args(a, e);
	if (!argv)
		return -EIO;
	return err_sys(e, sys_execveat(copy, "", argv, environ, SYS_AT_EMPTY_PATH),
		       "exec the sealed copy of ocirun");
}
