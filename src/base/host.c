/* SPDX-License-Identifier: Apache-2.0 */
/* host.c - see host.h. */
#include "base/host.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"

enum { CGROUP2_MAGIC = 0x63677270 };

/* Whether the kernel knows the number, not whether we have it. */
static bool has_cap(uint32_t cap)
{
	return prctl(PR_CAPBSET_READ, (unsigned long)cap, 0UL, 0UL, 0UL) >= 0;
}

/* Highest capability of the kernel: binary search between the ones that every
 * supported kernel has and the width of the sets. */
static uint32_t probe_last_cap(void)
{
	uint32_t known = CAP_CHECKPOINT_RESTORE, unknown = 64;

	if (!has_cap(known + 1)) /* the common answer, in one call */
		return known;
	while (unknown - known > 1) {
		uint32_t middle = (known + unknown) / 2;

		if (has_cap(middle))
			known = middle;
		else
			unknown = middle;
	}
	return known;
}

static void probe_cgroup2(struct host *h)
{
	static const char *const places[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	struct statfs fs;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (statfs(places[i], &fs) < 0 || (long)fs.f_type != CGROUP2_MAGIC)
			continue;
		text_fmt(h->cgroup2, sizeof(h->cgroup2), "%s", places[i]);
		return;
	}
}

/* The line "0::/path" of /proc/self/cgroup. */
static int probe_own_cgroup(struct host *h, struct err *e)
{
	fd_auto fd = sys_open("/proc/self/cgroup", O_RDONLY, 0);
	char buf[8192], *at, *end;
	ssize_t n = fd < 0 ? fd : fd_read_all(fd, buf, sizeof(buf) - 1);

	if (n < 0)
		return err_sys(e, (int)n, "read /proc/self/cgroup");
	buf[n] = '\0';
	at = !strncmp(buf, "0::", 3) ? buf : strstr(buf, "\n0::");
	if (!at)
		return 0;
	at = strchr(at, '/');
	if (!at)
		return 0;
	end = strchr(at, '\n');
	if (end)
		*end = '\0';
	if (strlen(at) < sizeof(h->own_cgroup))
		memcpy(h->own_cgroup, at, strlen(at) + 1);
	return 0;
}

int host_probe(struct host *h, bool with_own_cgroup, struct err *e)
{
	memset(h, 0, sizeof(*h));
	h->euid = geteuid();
	h->last_cap = probe_last_cap();
	probe_cgroup2(h);
	return with_own_cgroup && h->cgroup2[0] ? probe_own_cgroup(h, e) : 0;
}

void host_typical(struct host *h)
{
	*h = (struct host){
		.last_cap = CAP_CHECKPOINT_RESTORE,
		.cgroup2 = "/sys/fs/cgroup",
		.own_cgroup = "/",
	};
}
