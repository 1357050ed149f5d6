/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "plan/planner.h"
#include "fixture.h"

static const char *const types[NS_COUNT] = {
	[NS_USER] = "user", [NS_MOUNT] = "mount", [NS_PID] = "pid", [NS_NETWORK] = "network",
	[NS_IPC] = "ipc", [NS_UTS] = "uts", [NS_CGROUP] = "cgroup", [NS_TIME] = "time",
};

static struct fixture *with_namespaces(unsigned set, const char *path, const char *more, int *ret)
{
	struct fixture *f = fixture_new();
	static char json[8192];
	char list[4096] = "";
	size_t n = 0;

	for (int kind = NS_COUNT - 1; kind >= 0; kind--)
		if (set & 1U << kind)
			n += (size_t)snprintf(list + n, sizeof(list) - n,
					      "%s{\"type\": \"%s\", \"path\": \"%s\"}",
					      n ? ", " : "", types[kind], path);
	snprintf(json, sizeof(json), CONFIG("\"linux\": {\"namespaces\": [%s]}%s"), list, more);
	*ret = plan_text(f, json);
	return f;
}

static void test_flags(void **state)
{
	int ret;

	(void)state;
	for (unsigned set = 0; set < 1U << NS_COUNT; set++) {
		struct fixture *f = with_namespaces(set, "", "", &ret);
		const struct plan_namespaces *ns = &f->plan.ns;

		assert_int_equal(ret, set & 1 << NS_USER ? -ENOTSUP : 0);
		for (int kind = NS_USER + 1; kind < NS_COUNT; kind++) {
			bool in = set & 1U << kind;
			uint64_t flag = ns_flag((enum ns_kind)kind);

			assert_int_equal(ns->fresh[kind], in);
			assert_int_equal(ns->present[kind], in);
			assert_int_equal(!!(ns->clone_flags & flag), in && kind == NS_PID);
			assert_int_equal(!!(ns->unshare_flags & flag),
					 in && kind != NS_PID && kind != NS_TIME);
		}
		assert_int_equal(ns->new_time, !!(set & 1 << NS_TIME));
		assert_int_equal(ns->loopback_up, !!(set & 1 << NS_NETWORK));
		assert_int_equal(ns->join_n, 0);
		fixture_free(f);
	}
}

static void test_joins(void **state)
{
	int ret;

	(void)state;
	for (unsigned set = 0; set < 1U << NS_COUNT; set += 2) { /* without user */
		struct fixture *f = with_namespaces(set, "/proc/1/ns/x", "", &ret);
		const struct plan_namespaces *ns = &f->plan.ns;
		enum ns_kind last = NS_USER;

		assert_int_equal(ret, 0);
		assert_int_equal(ns->join_n, (size_t)__builtin_popcount(set));
		assert_int_equal(ns->clone_flags | ns->unshare_flags, 0);
		assert_false(ns->new_time || ns->loopback_up);
		for (size_t i = 0; i < ns->join_n; i++) {
			assert_true(ns->join[i].kind > last);
			last = ns->join[i].kind;
			assert_true(set & 1U << last);
			assert_int_equal(ns->join[i].index, ns->index[last]);
		}
		fixture_free(f);
	}
}

/* Fields that need a namespace of their own, against all sets of namespaces. */
static void test_needs(void **state)
{
	static const struct {
		const char *member;
		enum ns_kind needs;
	} fields[] = {
		{ ", \"mounts\": [{\"destination\": \"/a\", \"type\": \"tmpfs\"}]", NS_MOUNT },
		{ ", \"process\": {\"cwd\": \"/\", \"args\": [\"x\"], \"terminal\": true}",
		  NS_MOUNT },
		{ ", \"hostname\": \"a\"", NS_UTS },
		{ ", \"domainname\": \"a\"", NS_UTS },
	};
	int ret;

	(void)state;
	for (size_t i = 0; i < ARRAY_N(fields); i++) {
		for (unsigned set = 0; set < 1U << NS_COUNT; set += 2) {
			struct fixture *f = with_namespaces(set, "", fields[i].member, &ret);
			bool fine = set & 1U << fields[i].needs;

			assert_int_equal(ret, fine ? 0 : -EINVAL);
			fixture_free(f);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_joins),
		cmocka_unit_test(test_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
