/* SPDX-License-Identifier: Apache-2.0 */
/* cred.c - makes this process who the config says, then proves it.
 *
 * Child, after the root was switched.  Ids are numbers of the plan: nothing of
 * the image is asked (CVE-2016-3697).
 */
#include "linux/cred.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/sys.h"
#include "linux/caps.h"
#include "linux/procfs.h"

static int set_ids(const struct plan_cred *c, struct err *e)
{
	int ret = 0;

	/* While root; an empty list clears what was inherited. */
	if (!c->keep_groups)
		ret = sys_setgroups(c->groups_n, c->groups);
	if (ret < 0)
		return err_sys(e, ret, "set %zu supplementary groups", c->groups_n);
	ret = sys_setresgid(c->gid, c->gid, c->gid);
	if (ret < 0)
		return err_sys(e, ret, "set gid %u", c->gid);
	ret = sys_setresuid(c->uid, c->uid, c->uid);
	if (ret < 0)
		return err_sys(e, ret, "set uid %u", c->uid);
	return 0;
}

/* Dropping from the bounding set needs CAP_SETPCAP, so it comes before the uid;
 * PR_SET_KEEPCAPS saves the permitted set from a change to a uid that is not 0
 * (capabilities(7)), and execve(2) resets it. */
static int caps_before(const struct plan_cred *c, struct err *e)
{
	int ret = caps_bounding(c->caps[CAPSET_BOUNDING], c->last_cap, e);

	if (ret == 0 && c->uid != 0 && prctl(PR_SET_KEEPCAPS, 1L, 0L, 0L, 0L) < 0)
		ret = err_sys(e, -errno, "keep capabilities over the change of uid");
	if (ret < 0)
		err_where(e, "/process/capabilities");
	return ret;
}

static int caps_after(const struct plan_cred *c, struct err *e)
{
	int ret = caps_apply(c->caps, c->last_cap, e);

	if (ret < 0)
		err_where(e, "/process/capabilities");
	return ret;
}

int cred_apply(const struct plan_cred *c, struct err *e)
{
	int ret = 0;

	/* To setresuid(2) this is "leave it", that is root (CVE-2026-30892's kin). */
	if (c->uid == (uid_t)-1 || c->gid == (gid_t)-1)
		return err_set(e, EINVAL, "set uid %u, gid %u: not an id", c->uid, c->gid);
	if (c->set_caps)
		ret = caps_before(c, e);
	if (ret < 0)
		return ret;
	ret = set_ids(c, e);
	if (ret < 0) {
		err_where(e, "/process/user");
		return ret;
	}
	if (c->set_caps)
		ret = caps_after(c, e);
	if (ret < 0)
		return ret;
	if (c->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0)
		return err_sys(e, -errno, "set no_new_privs");
	/* A change of ids sets it to fs.suid_dumpable: until the exec nobody in the
	 * container may look into this process (CVE-2016-9962). */
	if (prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) < 0)
		return err_sys(e, -errno, "make the process undumpable");
	return 0;
}

/* --- the proof -------------------------------------------------------- */

/* The text behind "\nNAME:" in proc_pid_status(5); NULL with an error. */
static const char *field(const char *status, const char *name, struct err *e)
{
	const char *at = strstr(status, name);

	if (!at)
		err_set(e, EPERM, "verify credentials: no %s in thread-self/status", name + 1);
	return at ? at + strlen(name) : NULL;
}

/* The next number of a line, NULL at its end. */
static const char *number(const char *at, unsigned int base, uint64_t *ret)
{
	const char *start;

	while (*at == ' ' || *at == '\t')
		at++;
	*ret = 0;
	for (start = at;; at++) {
		unsigned int digit;

		if (*at >= '0' && *at <= '9')
			digit = (unsigned int)(*at - '0');
		else if (base == 16 && *at >= 'a' && *at <= 'f')
			digit = (unsigned int)(*at - 'a') + 10;
		else
			break;
		*ret = *ret * base + digit;
	}
	return at == start ? NULL : at;
}

/* Real, effective, saved and file system id. */
static int verify_id(const char *status, const char *name, uint64_t want, struct err *e)
{
	const char *at = field(status, name, e);

	if (!at)
		return -EPERM;
	for (int i = 0; i < 4; i++) {
		uint64_t is;

		at = number(at, 10, &is);
		if (!at || is != want)
			return err_set(e, EPERM, "verify credentials: %s is %llu, not %llu",
				       name + 1, (unsigned long long)is, (unsigned long long)want);
	}
	return 0;
}

/* As many groups as asked for, and every one of them asked for.  The kernel
 * sorts; the search goes on behind the last hit, so that a sorted list of any
 * length costs one pass. */
static int verify_groups(const char *status, const struct plan_cred *c, struct err *e)
{
	const char *at = field(status, "\nGroups:", e);
	size_t n = 0, hit = 0, tried;
	uint64_t gid;

	if (!at)
		return -EPERM;
	while ((at = number(at, 10, &gid))) {
		n++;
		for (tried = 0; tried < c->groups_n; tried++) {
			if (c->groups[hit] == gid)
				break;
			hit = (hit + 1) % c->groups_n;
		}
		if (tried == c->groups_n)
			return err_set(e, EPERM, "verify credentials: group %llu is not wanted",
				       (unsigned long long)gid);
	}
	if (n != c->groups_n)
		return err_set(e, EPERM, "verify credentials: %zu groups, not %zu", n, c->groups_n);
	return 0;
}

static int verify_caps(const char *status, const struct plan_cred *c, struct err *e)
{
	static const char *const names[CAPSET_COUNT] = {
		[CAPSET_EFFECTIVE] = "\nCapEff:",   [CAPSET_PERMITTED] = "\nCapPrm:",
		[CAPSET_INHERITABLE] = "\nCapInh:", [CAPSET_BOUNDING] = "\nCapBnd:",
		[CAPSET_AMBIENT] = "\nCapAmb:",
	};
	uint64_t known = c->last_cap >= 63 ? ~0ULL : (1ULL << (c->last_cap + 1)) - 1;

	for (int i = 0; i < CAPSET_COUNT; i++) {
		const char *at = field(status, names[i], e);
		uint64_t want = c->caps[i] & known, is;

		if (!at || !number(at, 16, &is))
			return -EPERM;
		/* ocirun cannot give back what its own bounding set lacks. */
		if (i == CAPSET_BOUNDING)
			want &= is;
		if ((is & known) != want)
			return err_set(e, EPERM, "verify credentials: %s is %016llx, not %016llx",
				       names[i] + 1, (unsigned long long)is,
				       (unsigned long long)want);
	}
	return 0;
}

static int verify_status(const char *status, const struct plan_cred *c, struct err *e)
{
	int ret = verify_id(status, "\nUid:", c->uid, e);
	const char *at;
	uint64_t nnp;

	if (ret == 0)
		ret = verify_id(status, "\nGid:", c->gid, e);
	if (ret == 0 && !c->keep_groups)
		ret = verify_groups(status, c, e);
	if (ret == 0 && c->set_caps)
		ret = verify_caps(status, c, e);
	if (ret < 0 || !c->no_new_privs)
		return ret;
	at = field(status, "\nNoNewPrivs:", e);
	if (!at || !number(at, 10, &nnp))
		return -EPERM;
	if (nnp != 1)
		return err_set(e, EPERM, "verify credentials: NoNewPrivs is not set");
	return 0;
}

struct buffer {
	char *at;
	size_t size;
};

static int verify_in(struct buffer b, const struct plan_cred *c, int status_fd,
		     uint64_t *ret_ignored, struct err *e)
{
	ssize_t n = sys_ret(pread(status_fd, b.at, b.size - 1, 0));
	const char *at;

	if (n < 0)
		return err_sys(e, (int)n, "read thread-self/status");
	b.at[n] = '\0';
	at = field(b.at, "\nSigIgn:", e);
	if (!at || !number(at, 16, ret_ignored))
		return -EPERM;
	return verify_status(b.at, c, e);
}

int cred_status(int proc_fd, struct err *e)
{
	return procfs_open(proc_fd, "thread-self/status", e);
}

int cred_verify(const struct plan_cred *c, int status_fd, uint64_t *ret_ignored, struct err *e)
{
	char buf[12288]; /* room for some 900 groups of ten digits */
	size_t size = 4096 + c->groups_n * 11;
	void *map;
	int ret;

	if (size <= sizeof(buf))
		return verify_in((struct buffer){ buf, sizeof(buf) }, c, status_fd, ret_ignored, e);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return err_sys(e, -errno, "verify credentials: map %zu bytes", size);
	ret = verify_in((struct buffer){ map, size }, c, status_fd, ret_ignored, e);
	munmap(map, size);
	return ret;
}
