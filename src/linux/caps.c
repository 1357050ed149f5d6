/* SPDX-License-Identifier: Apache-2.0 */
/* caps.c - sets exactly the capabilities of the plan on this thread.  Child. */
#include "linux/caps.h"

#include <errno.h>
#include <sys/prctl.h>

#include "base/sys.h"

static bool has(uint64_t set, uint32_t cap)
{
	return set >> cap & 1;
}

int caps_bounding(uint64_t keep, uint32_t last_cap, struct err *e)
{
	for (uint32_t cap = 0; cap <= last_cap; cap++) {
		const char *name = names_name(&names_capability, cap);

		if (has(keep, cap) || prctl(PR_CAPBSET_DROP, (long)cap, 0L, 0L, 0L) == 0)
			continue;
		return err_sys(e, -errno, "drop capability %u (%s) from the bounding set", cap,
			       name ? name : "unknown");
	}
	return 0;
}

static int caps_ambient(uint64_t set, uint32_t last_cap, struct err *e)
{
	if (prctl(PR_CAP_AMBIENT, (long)PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L) < 0)
		return err_sys(e, -errno, "clear the ambient capabilities");
	for (uint32_t cap = 0; cap <= last_cap; cap++) {
		const char *name = names_name(&names_capability, cap);

		if (!has(set, cap) ||
		    prctl(PR_CAP_AMBIENT, (long)PR_CAP_AMBIENT_RAISE, (long)cap, 0L, 0L) == 0)
			continue;
		return err_sys(e, -errno, "raise ambient capability %u (%s)", cap,
			       name ? name : "unknown");
	}
	return 0;
}

/* Root may lack one itself (a container in a container): say which. */
static int tell_refused(const struct sys_cap_set *set, int ret, struct err *e)
{
	struct sys_cap_set own = { 0 };
	uint64_t lacking = sys_capget(&own) < 0 ? 0 : set->permitted & ~own.permitted;
	const char *name = NULL;

	if (lacking)
		name = names_name(&names_capability, __builtin_ctzll(lacking));
	return err_sys(e, ret, "set the capabilities%s%s%s", name ? " (ocirun itself lacks " : "",
		       name ? name : "", name ? ")" : "");
}

int caps_apply(const uint64_t caps[CAPSET_COUNT], uint32_t last_cap, struct err *e)
{
	const struct sys_cap_set set = {
		.effective = caps[CAPSET_EFFECTIVE],
		.permitted = caps[CAPSET_PERMITTED],
		.inheritable = caps[CAPSET_INHERITABLE],
	};
	int ret = sys_capset(&set);

	if (ret < 0)
		return tell_refused(&set, ret, e);
	/* The kernel drops from the ambient set what leaves the permitted or the
	 * inheritable one, so with nothing in both it is empty already. */
	if ((set.permitted & set.inheritable) == 0 && caps[CAPSET_AMBIENT] == 0)
		return 0;
	return caps_ambient(caps[CAPSET_AMBIENT], last_cap, e);
}
