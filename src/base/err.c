/* SPDX-License-Identifier: Apache-2.0 */
/* err.c - see err.h.  Safe in every process: no malloc, no stdio, no locale. */
#include "base/err.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* strerror(3) of the C locale, but lower case: engines match these words, so they
 * cannot depend on the libc. */
static const char *const texts[] = {
	[EPERM] = "operation not permitted",
	[ENOENT] = "no such file or directory",
	[ESRCH] = "no such process",
	[EINTR] = "interrupted system call",
	[EIO] = "input/output error",
	[ENXIO] = "no such device or address",
	[E2BIG] = "argument list too long",
	[ENOEXEC] = "exec format error",
	[EBADF] = "bad file descriptor",
	[ECHILD] = "no child processes",
	[EAGAIN] = "resource temporarily unavailable",
	[ENOMEM] = "cannot allocate memory",
	[EACCES] = "permission denied",
	[EFAULT] = "bad address",
	[ENOTBLK] = "block device required",
	[EBUSY] = "device or resource busy",
	[EEXIST] = "file exists",
	[EXDEV] = "invalid cross-device link",
	[ENODEV] = "no such device",
	[ENOTDIR] = "not a directory",
	[EISDIR] = "is a directory",
	[EINVAL] = "invalid argument",
	[ENFILE] = "too many open files in system",
	[EMFILE] = "too many open files",
	[ENOTTY] = "inappropriate ioctl for device",
	[ETXTBSY] = "text file busy",
	[EFBIG] = "file too large",
	[ENOSPC] = "no space left on device",
	[ESPIPE] = "illegal seek",
	[EROFS] = "read-only file system",
	[EMLINK] = "too many links",
	[EPIPE] = "broken pipe",
	[EDOM] = "numerical argument out of domain",
	[ERANGE] = "numerical result out of range",
	[EDEADLK] = "resource deadlock avoided",
	[ENAMETOOLONG] = "file name too long",
	[ENOLCK] = "no locks available",
	[ENOSYS] = "function not implemented",
	[ENOTEMPTY] = "directory not empty",
	[ELOOP] = "too many levels of symbolic links",
	[ENOMSG] = "no message of desired type",
	[EIDRM] = "identifier removed",
	[ECHRNG] = "channel number out of range",
	[EL2NSYNC] = "level 2 not synchronized",
	[EL3HLT] = "level 3 halted",
	[EL3RST] = "level 3 reset",
	[ELNRNG] = "link number out of range",
	[EUNATCH] = "protocol driver not attached",
	[ENOCSI] = "no CSI structure available",
	[EL2HLT] = "level 2 halted",
	[EBADE] = "invalid exchange",
	[EBADR] = "invalid request descriptor",
	[EXFULL] = "exchange full",
	[ENOANO] = "no anode",
	[EBADRQC] = "invalid request code",
	[EBADSLT] = "invalid slot",
	[EBFONT] = "bad font file format",
	[ENOSTR] = "device not a stream",
	[ENODATA] = "no data available",
	[ETIME] = "timer expired",
	[ENOSR] = "out of streams resources",
	[ENONET] = "machine is not on the network",
	[ENOPKG] = "package not installed",
	[EREMOTE] = "object is remote",
	[ENOLINK] = "link has been severed",
	[EADV] = "advertise error",
	[ESRMNT] = "srmount error",
	[ECOMM] = "communication error on send",
	[EPROTO] = "protocol error",
	[EMULTIHOP] = "multihop attempted",
	[EDOTDOT] = "RFS specific error",
	[EBADMSG] = "bad message",
	[EOVERFLOW] = "value too large for defined data type",
	[ENOTUNIQ] = "name not unique on network",
	[EBADFD] = "file descriptor in bad state",
	[EREMCHG] = "remote address changed",
	[ELIBACC] = "can not access a needed shared library",
	[ELIBBAD] = "accessing a corrupted shared library",
	[ELIBSCN] = ".lib section in a.out corrupted",
	[ELIBMAX] = "attempting to link in too many shared libraries",
	[ELIBEXEC] = "cannot exec a shared library directly",
	[EILSEQ] = "invalid or incomplete multibyte or wide character",
	[ERESTART] = "interrupted system call should be restarted",
	[ESTRPIPE] = "streams pipe error",
	[EUSERS] = "too many users",
	[ENOTSOCK] = "socket operation on non-socket",
	[EDESTADDRREQ] = "destination address required",
	[EMSGSIZE] = "message too long",
	[EPROTOTYPE] = "protocol wrong type for socket",
	[ENOPROTOOPT] = "protocol not available",
	[EPROTONOSUPPORT] = "protocol not supported",
	[ESOCKTNOSUPPORT] = "socket type not supported",
	[EOPNOTSUPP] = "operation not supported",
	[EPFNOSUPPORT] = "protocol family not supported",
	[EAFNOSUPPORT] = "address family not supported by protocol",
	[EADDRINUSE] = "address already in use",
	[EADDRNOTAVAIL] = "cannot assign requested address",
	[ENETDOWN] = "network is down",
	[ENETUNREACH] = "network is unreachable",
	[ENETRESET] = "network dropped connection on reset",
	[ECONNABORTED] = "software caused connection abort",
	[ECONNRESET] = "connection reset by peer",
	[ENOBUFS] = "no buffer space available",
	[EISCONN] = "transport endpoint is already connected",
	[ENOTCONN] = "transport endpoint is not connected",
	[ESHUTDOWN] = "cannot send after transport endpoint shutdown",
	[ETOOMANYREFS] = "too many references: cannot splice",
	[ETIMEDOUT] = "connection timed out",
	[ECONNREFUSED] = "connection refused",
	[EHOSTDOWN] = "host is down",
	[EHOSTUNREACH] = "no route to host",
	[EALREADY] = "operation already in progress",
	[EINPROGRESS] = "operation now in progress",
	[ESTALE] = "stale file handle",
	[EUCLEAN] = "structure needs cleaning",
	[ENOTNAM] = "not a XENIX named type file",
	[ENAVAIL] = "no XENIX semaphores available",
	[EISNAM] = "is a named type file",
	[EREMOTEIO] = "remote I/O error",
	[EDQUOT] = "disk quota exceeded",
	[ENOMEDIUM] = "no medium found",
	[EMEDIUMTYPE] = "wrong medium type",
	[ECANCELED] = "operation canceled",
	[ENOKEY] = "required key not available",
	[EKEYEXPIRED] = "key has expired",
	[EKEYREVOKED] = "key has been revoked",
	[EKEYREJECTED] = "key was rejected by service",
	[EOWNERDEAD] = "owner died",
	[ENOTRECOVERABLE] = "state not recoverable",
	[ERFKILL] = "operation not possible due to RF-kill",
	[EHWPOISON] = "memory page has hardware error",
};

static const char *known_text(int code)
{
	size_t n = sizeof(texts) / sizeof(texts[0]);

	return code > 0 && (size_t)code < n ? texts[code] : NULL;
}

const char *err_text(int code)
{
	const char *text = known_text(code);

	return text ? text : "unknown error";
}

/* The text over a buffer was cut: say so in its last bytes. */
static void mark_cut(char *buf, size_t cap)
{
	memcpy(buf + cap - sizeof("..."), "...", sizeof("..."));
}

__attribute__((format(printf, 2, 0))) static void set_msg(struct err *e, const char *fmt,
							  va_list ap)
{
	struct text t = text_over(e->msg, sizeof(e->msg));

	text_addv(&t, fmt, ap);
	if (t.cut)
		mark_cut(e->msg, sizeof(e->msg));
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
	const char *known = known_text(-ret);
	char why[64];
	struct text t;
	va_list ap;

	if (!e)
		return ret;
	/* the kernel has a few of its own, ENOTSUPP (524) for one: the number says more */
	if (known)
		text_fmt(why, sizeof(why), ": %s", known);
	else
		text_fmt(why, sizeof(why), ": errno %d", -ret);
	e->code = -ret;
	/* the reason must survive a long name before it */
	t = text_over(e->msg, sizeof(e->msg) - strlen(why));
	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	if (t.cut)
		mark_cut(e->msg, t.cap);
	memcpy(e->msg + t.len, why, strlen(why) + 1);
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

/* What the prefix pushes out is the message's beginning: its end has the reason. */
void err_prefix(struct err *e, const char *fmt, ...)
{
	char head[ERR_MSG_MAX / 2];
	struct text t = text_over(head, sizeof(head) - 2);
	size_t len, keep, room;
	va_list ap;

	if (!e)
		return;
	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	if (t.cut)
		mark_cut(head, t.cap);
	memcpy(head + t.len, ": ", 2);
	t.len += 2;

	len = strlen(e->msg);
	room = sizeof(e->msg) - 1 - t.len;
	keep = len < room ? len : room;
	memmove(e->msg + t.len, e->msg + len - keep, keep + 1);
	memcpy(e->msg, head, t.len);
	if (keep < len)
		memcpy(e->msg + t.len, "...", 3);
}
