/* SPDX-License-Identifier: Apache-2.0 */
/* limits.c - applies rlimits, the OOM score and the personality.  Child. */
#include "linux/limits.h"

#include <errno.h>
#include <sys/personality.h>
#include <sys/resource.h>

#include "base/text.h"
#include "linux/procfs.h"

int limits_rlimits(const struct plan_limits *l, struct err *e)
{
	for (size_t i = 0; i < l->rlimits_n; i++) {
		const struct plan_rlimit *r = &l->rlimits[i];
		const struct rlimit value = { .rlim_cur = r->soft, .rlim_max = r->hard };

		if (prlimit(0, r->resource, &value, NULL) == 0)
			continue;
		int ret = err_sys(e, -errno, "set %s to %llu:%llu",
				  names_name(&names_rlimit, r->resource),
				  (unsigned long long)r->soft, (unsigned long long)r->hard);

		err_where(e, "/process/rlimits/%u", r->index);
		return ret;
	}
	return 0;
}

int limits_oom(const struct plan_limits *l, int proc_fd, struct err *e)
{
	char buf[16];
	size_t n;
	int ret;

	if (!l->has_oom_score_adj)
		return 0;
	n = text_fmt(buf, sizeof(buf), "%d", l->oom_score_adj);
	ret = procfs_write(proc_fd, "self/oom_score_adj", buf, n, e);
	if (ret < 0)
		err_where(e, "/process/oomScoreAdj");
	return ret;
}

int limits_personality(const struct plan_limits *l, struct err *e)
{
	int ret;

	if (!l->has_personality || personality(l->personality) >= 0)
		return 0;
	ret = err_sys(e, -errno, "set personality %lx", l->personality);
	err_where(e, "/linux/personality");
	return ret;
}
