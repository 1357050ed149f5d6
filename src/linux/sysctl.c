/* SPDX-License-Identifier: Apache-2.0 */
/* sysctl.c - writes the sysctls and names that the plan allowed.  Child. */
#include "linux/sysctl.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "base/text.h"
#include "linux/procfs.h"

/* Name the entry by its JSON pointer (RFC 6901 escapes). */
static void say_where(const char *key, struct err *e)
{
	char pointer[ERR_WHERE_MAX];
	struct text t = text_over(pointer, sizeof(pointer));

	text_add(&t, "/linux/sysctl/");
	for (; *key; key++) {
		if (*key == '~')
			text_add(&t, "~0");
		else if (*key == '/')
			text_add(&t, "~1");
		else
			text_bytes(&t, key, 1);
	}
	err_where(e, "%s", pointer);
}

int sysctl_apply(const struct plan_sysctl *at, size_t n, int proc_fd, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		char file[512];
		struct text t = text_over(file, sizeof(file));
		int ret;

		text_add(&t, "sys/%s", at[i].path);
		if (t.cut)
			ret = err_sys(e, -ENAMETOOLONG, "set sysctl");
		else
			ret = procfs_write(proc_fd, file, at[i].value, strlen(at[i].value), e);
		if (ret < 0) {
			say_where(at[i].key, e);
			return ret;
		}
	}
	return 0;
}

int sysctl_names(const struct plan_names *n, struct err *e)
{
	int ret;

	if (n->hostname) {
		ret = sys_ret(sethostname(n->hostname, strlen(n->hostname)));
		if (ret < 0) {
			err_sys(e, ret, "set host name \"%s\"", n->hostname);
			err_where(e, "/hostname");
			return ret;
		}
	}
	if (n->domainname) {
		ret = sys_ret(setdomainname(n->domainname, strlen(n->domainname)));
		if (ret < 0) {
			err_sys(e, ret, "set domain name \"%s\"", n->domainname);
			err_where(e, "/domainname");
			return ret;
		}
	}
	return 0;
}
