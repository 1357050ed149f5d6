/* SPDX-License-Identifier: Apache-2.0 */
/* cred.c - identities and capabilities, applied and proved, and the proof
 * against a kernel that only says that it did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/cred.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/fd.h"
#include "base/sys.h"
#include "tests/unit/linux/child.h"

enum { CHOWN = 0, KILL = 5, NET_BIND = 10, NET_RAW = 13 };

#define BIT(cap) (1ULL << (cap))

static gid_t few[] = { 7, 3, 5 };

/* As init does it: opened, then read. */
static int verify(const struct plan_cred *c, int proc, struct err *e)
{
	int fd = cred_status(proc, e), ret;
	uint64_t ignored;

	if (fd < 0)
		return fd;
	ret = cred_verify(c, fd, &ignored, e);
	close(fd);
	return ret;
}

/* What a container of an engine asks for. */
static struct plan_cred typical(uid_t uid)
{
	const uint64_t caps = BIT(CHOWN) | BIT(KILL) | BIT(NET_BIND);

	return (struct plan_cred){
		.uid = uid,
		.gid = 2000,
		.groups = few,
		.groups_n = 3,
		.set_caps = true,
		.caps = { [CAPSET_EFFECTIVE] = caps,
			  [CAPSET_PERMITTED] = caps,
			  [CAPSET_BOUNDING] = caps },
		.last_cap = 40,
		.no_new_privs = true,
	};
}

static int apply_and_verify(const struct plan_cred *c)
{
	fd_auto proc = open("/proc", O_PATH | O_CLOEXEC);
	struct err e = { 0 };

	if (cred_apply(c, &e) < 0 || verify(c, proc, &e) < 0) {
		fprintf(stderr, "# %s\n", e.msg);
		return CHILD_FAILED;
	}
	return CHILD_OK;
}

static int user(void)
{
	const struct plan_cred c = typical(1000);
	uid_t r, ef, s;
	gid_t groups[8];
	struct sys_cap_set caps;

	CHECK(apply_and_verify(&c) == CHILD_OK);
	CHECK(getresuid(&r, &ef, &s) == 0 && r == 1000 && ef == 1000 && s == 1000);
	CHECK(getgid() == 2000 && getegid() == 2000 && getgroups(8, groups) == 3);
	CHECK(sys_capget(&caps) == 0 && caps.effective == c.caps[CAPSET_EFFECTIVE]);
	CHECK(caps.permitted == c.caps[CAPSET_PERMITTED] && caps.inheritable == 0);
	CHECK(prctl(PR_CAPBSET_READ, NET_RAW) == 0 && prctl(PR_CAPBSET_READ, KILL) == 1);
	CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	CHECK(prctl(PR_GET_DUMPABLE) == 0);
	CHECK(setuid(0) < 0);
	return CHILD_OK;
}

static int root(void)
{
	struct plan_cred c = typical(0);

	c.gid = 0;
	c.groups_n = 0;
	CHECK(apply_and_verify(&c) == CHILD_OK);
	CHECK(getgroups(0, NULL) == 0);
	return CHILD_OK;
}

static int ambient(void)
{
	struct plan_cred c = typical(1000);

	c.caps[CAPSET_INHERITABLE] = BIT(KILL) | BIT(NET_BIND);
	c.caps[CAPSET_AMBIENT] = BIT(NET_BIND);
	CHECK(apply_and_verify(&c) == CHILD_OK);
	CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, NET_BIND, 0, 0) == 1);
	CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, KILL, 0, 0) == 0);
	return CHILD_OK;
}

/* Ambient capabilities of the caller do not reach the container. */
static int ambient_of_caller(void)
{
	struct plan_cred c = typical(1000);
	struct sys_cap_set caps;

	CHECK(sys_capget(&caps) == 0);
	caps.inheritable = BIT(KILL) | BIT(NET_BIND);
	CHECK(sys_capset(&caps) == 0);
	CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, KILL, 0, 0) == 0);
	c.caps[CAPSET_INHERITABLE] = BIT(KILL);
	CHECK(apply_and_verify(&c) == CHILD_OK);
	CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, KILL, 0, 0) == 0);
	return CHILD_OK;
}

static int ambient_impossible(void)
{
	struct plan_cred c = typical(1000);
	struct err e = { 0 };

	c.caps[CAPSET_AMBIENT] = BIT(NET_BIND);
	CHECK(cred_apply(&c, &e) == -EPERM);
	CHECK_MSG(&e, "CAP_NET_BIND_SERVICE");
	CHECK(strcmp(e.where, "/process/capabilities") == 0);
	return CHILD_OK;
}

/* Without a capabilities block the kernel's own rules hold. */
static int untouched_caps(void)
{
	struct plan_cred c = typical(1000);
	struct sys_cap_set caps;

	c.set_caps = false;
	CHECK(apply_and_verify(&c) == CHILD_OK);
	CHECK(sys_capget(&caps) == 0 && caps.effective == 0 && caps.permitted == 0);
	CHECK(prctl(PR_CAPBSET_READ, NET_RAW) == 1);
	return CHILD_OK;
}

static int many_groups(void)
{
	static gid_t many[5000];
	struct plan_cred c = typical(1000);

	for (unsigned int i = 0; i < 5000; i++)
		many[i] = 4000000000U - i * 7; /* ten digits, not sorted */
	c.groups = many;
	c.groups_n = 5000;
	return apply_and_verify(&c);
}

static int kept_groups(void)
{
	const gid_t before[] = { 42, 43 };
	struct plan_cred c = typical(1000);
	gid_t now[4];

	CHECK(sys_setgroups(2, before) == 0);
	c.keep_groups = true;
	c.groups_n = 0;
	CHECK(apply_and_verify(&c) == CHILD_OK);
	CHECK(getgroups(4, now) == 2 && now[0] == 42 && now[1] == 43);
	return CHILD_OK;
}

static int no_id(void)
{
	struct plan_cred c = typical((uid_t)-1);
	struct err e = { 0 };

	CHECK(cred_apply(&c, &e) == -EINVAL);
	CHECK_MSG(&e, "4294967295");
	c = typical(1000);
	c.gid = (gid_t)-1;
	CHECK(cred_apply(&c, &e) == -EINVAL);
	CHECK(getuid() == 0);
	return CHILD_OK;
}

/* One thing is other than the plan says: which one is named. */
static int differences(void)
{
	const struct plan_cred right = typical(1000);
	fd_auto proc = open("/proc", O_PATH | O_CLOEXEC);
	gid_t others[] = { 7, 3, 6 };
	struct plan_cred c[9];
	static const char *const names[9] = {
		"Uid: is 1000, not 1001",
		"Gid: is 2000, not 2001",
		"group 5 is not wanted",
		"3 groups, not 4",
		"CapEff:",
		"CapPrm:",
		"CapInh:",
		"CapBnd:",
		"CapAmb:",
	};
	gid_t more[] = { 7, 3, 5, 5 };
	struct err e = { 0 };

	CHECK(cred_apply(&right, &e) == 0);
	for (size_t i = 0; i < 9; i++)
		c[i] = right;
	c[0].uid = 1001;
	c[1].gid = 2001;
	c[2].groups = others;
	c[3].groups = more;
	c[3].groups_n = 4;
	c[4].caps[CAPSET_EFFECTIVE] = 0;
	c[5].caps[CAPSET_PERMITTED] |= BIT(NET_RAW);
	c[6].caps[CAPSET_INHERITABLE] = BIT(KILL);
	c[7].caps[CAPSET_BOUNDING] &= ~BIT(KILL);
	c[8].caps[CAPSET_AMBIENT] = BIT(KILL);
	for (size_t i = 0; i < 9; i++) {
		CHECK(verify(&c[i], proc, &e) == -EPERM);
		CHECK_MSG(&e, names[i]);
	}
	CHECK(verify(&right, proc, &e) == 0);
	return CHILD_OK;
}

static int nnp_missing(void)
{
	fd_auto proc = open("/proc", O_PATH | O_CLOEXEC);
	struct plan_cred c = typical(1000);
	struct err e = { 0 };

	c.no_new_privs = false;
	CHECK(cred_apply(&c, &e) == 0 && verify(&c, proc, &e) == 0);
	c.no_new_privs = true;
	CHECK(verify(&c, proc, &e) == -EPERM);
	CHECK_MSG(&e, "NoNewPrivs");
	return CHILD_OK;
}

/* A seccomp filter that lets one system call do nothing and say success. */
static int fake(int nr)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { .len = 4, .filter = code };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0);
}

static int faked_call;

static int faked(void)
{
	const struct plan_cred c = typical(1000);
	fd_auto proc = open("/proc", O_PATH | O_CLOEXEC);
	const gid_t inherited[] = { 99 };
	struct err e = { 0 };

	CHECK(sys_setgroups(1, inherited) == 0);
	CHECK(fake(faked_call) == 0);
	CHECK(cred_apply(&c, &e) < 0 || verify(&c, proc, &e) == -EPERM);
	return CHILD_OK;
}

static void test_faked(void **state)
{
	static const int calls[] = { SYS_setresuid, SYS_setresgid, SYS_setgroups, SYS_capset,
				     SYS_prctl };

	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		faked_call = calls[i];
		run_child(faked, 0);
	}
}

#define CHILD_TEST(name)                  \
	static void test_##name(void **s) \
	{                                 \
		(void)s;                  \
		run_child(name, 0);       \
	}

CHILD_TEST(user)
CHILD_TEST(root)
CHILD_TEST(ambient)
CHILD_TEST(ambient_of_caller)
CHILD_TEST(ambient_impossible)
CHILD_TEST(untouched_caps)
CHILD_TEST(many_groups)
CHILD_TEST(kept_groups)
CHILD_TEST(no_id)
CHILD_TEST(differences)
CHILD_TEST(nnp_missing)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_ambient),
		cmocka_unit_test(test_ambient_of_caller),
		cmocka_unit_test(test_ambient_impossible),
		cmocka_unit_test(test_untouched_caps),
		cmocka_unit_test(test_many_groups),
		cmocka_unit_test(test_kept_groups),
		cmocka_unit_test(test_no_id),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_nnp_missing),
		cmocka_unit_test(test_faked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
