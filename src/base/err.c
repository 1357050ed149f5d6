/* SPDX-License-Identifier: Apache-2.0 */
/* err.c - see err.h.  Safe in every process: no malloc, no stdio, no locale. */
#include "base/err.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

struct errno_text { int code; const char *text; };

/* strerror(3) of the C locale in lower case; matched by engines, so not libc's. */
static const struct errno_text texts[] = {
	{ EPERM, "operation not permitted" }, { ENOENT, "no such file or directory" },
	{ ESRCH, "no such process" }, { EINTR, "interrupted system call" },
	{ EIO, "input/output error" }, { ENXIO, "no such device or address" },
	{ E2BIG, "argument list too long" }, { ENOEXEC, "exec format error" },
	{ EBADF, "bad file descriptor" }, { ECHILD, "no child processes" },
	{ EAGAIN, "resource temporarily unavailable" }, { ENOMEM, "cannot allocate memory" },
	{ EACCES, "permission denied" }, { EFAULT, "bad address" },
	{ ENOTBLK, "block device required" }, { EBUSY, "device or resource busy" },
	{ EEXIST, "file exists" }, { EXDEV, "invalid cross-device link" },
	{ ENODEV, "no such device" }, { ENOTDIR, "not a directory" },
	{ EISDIR, "is a directory" }, { EINVAL, "invalid argument" },
	{ ENFILE, "too many open files in system" }, { EMFILE, "too many open files" },
	{ ENOTTY, "inappropriate ioctl for device" }, { ETXTBSY, "text file busy" },
	{ EFBIG, "file too large" }, { ENOSPC, "no space left on device" },
	{ ESPIPE, "illegal seek" }, { EROFS, "read-only file system" },
	{ EMLINK, "too many links" }, { EPIPE, "broken pipe" },
	{ EDOM, "numerical argument out of domain" },
	{ ERANGE, "numerical result out of range" }, { EDEADLK, "resource deadlock avoided" },
	{ ENAMETOOLONG, "file name too long" }, { ENOLCK, "no locks available" },
	{ ENOSYS, "function not implemented" }, { ENOTEMPTY, "directory not empty" },
	{ ELOOP, "too many levels of symbolic links" }, { ENODATA, "no data available" },
	{ ETIME, "timer expired" }, { EPROTO, "protocol error" },
	{ EOVERFLOW, "value too large for defined data type" },
	{ EUSERS, "too many users" }, { ENOTSOCK, "socket operation on non-socket" },
	{ EMSGSIZE, "message too long" }, { EPROTOTYPE, "protocol wrong type for socket" },
	{ EOPNOTSUPP, "operation not supported" },
	{ EADDRINUSE, "address already in use" }, { ECONNABORTED, "connection aborted" },
	{ ECONNRESET, "connection reset by peer" }, { ENOBUFS, "no buffer space available" },
	{ ENOTCONN, "transport endpoint is not connected" },
	{ ETIMEDOUT, "connection timed out" }, { ECONNREFUSED, "connection refused" },
	{ EALREADY, "operation already in progress" }, { ESTALE, "stale file handle" },
	{ EDQUOT, "disk quota exceeded" }, { ECANCELED, "operation canceled" },
	{ ENOKEY, "required key not available" }, { EKEYREVOKED, "key has been revoked" },
};

const char *err_text(int code)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].code == code)
			return texts[i].text;
	return "unknown error";
}

static void set_msg(struct err *e, const char *fmt, va_list ap)
{
	struct text t = text_over(e->msg, sizeof(e->msg));

	text_addv(&t, fmt, ap);
	if (t.cut)
		memcpy(e->msg + sizeof(e->msg) - 4, "...", 4);
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (e) {
		e->code = code;
		va_start(ap, fmt);
		set_msg(e, fmt, ap);
		va_end(ap);
	}
	return -code;
}

int err_sys(struct err *e, int ret, const char *fmt, ...)
{
	const char *why = err_text(-ret);
	size_t room = ERR_MSG_MAX - strlen(why) - 3;
	va_list ap;

	if (!e)
		return ret;
	e->code = -ret;
	va_start(ap, fmt);
	set_msg(e, fmt, ap);
	va_end(ap);

	/* the reason must survive a long name before it */
	struct text t = { .at = e->msg, .cap = sizeof(e->msg), .len = strlen(e->msg) };

	if (t.len > room)
		t.len = room;
	text_add(&t, ": %s", why);
	return ret;
}

void err_where(struct err *e, const char *fmt, ...)
{
	struct text t;
	va_list ap;

	if (!e || e->where[0])
		return;
	t = text_over(e->where, sizeof(e->where));
	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
}

void err_prefix(struct err *e, const char *fmt, ...)
{
	char whole[ERR_MSG_MAX];
	struct text t = text_over(whole, sizeof(whole));
	va_list ap;

	if (!e)
		return;
	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	text_add(&t, ": %s", e->msg);
	memcpy(e->msg, whole, sizeof(whole));
}
