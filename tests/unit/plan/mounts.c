/* SPDX-License-Identifier: Apache-2.0 */
/* The bits that the golden plans show as words only. */
#include <stdio.h>

#include "base/sys.h"
#include "plan/planner.h"
#include "fixture.h"

static struct fixture *one_mount(const char *mount)
{
	struct fixture *f = fixture_new();
	char json[4096];

	snprintf(json, sizeof(json), CONFIG("\"mounts\": [%s], " MOUNT_NS), mount);
	assert_int_equal(plan_text(f, json), 0);
	assert_int_equal(f->plan.root.mounts_n, 1);
	return f;
}

static void test_attributes(void **state)
{
	static const struct {
		const char *words;
		uint64_t set, clear, rec_set, rec_clear;
	} cases[] = {
		{ "\"ro\"", SYS_ATTR_RDONLY, 0, 0, 0 },
		{ "\"rw\"", 0, SYS_ATTR_RDONLY, 0, 0 },
		{ "\"ro\", \"rw\"", 0, SYS_ATTR_RDONLY, 0, 0 },
		{ "\"rw\", \"ro\"", SYS_ATTR_RDONLY, 0, 0, 0 },
		{ "\"noatime\"", SYS_ATTR_NOATIME, SYS_ATTR_ATIME_MASK, 0, 0 },
		{ "\"strictatime\", \"relatime\"", 0, SYS_ATTR_ATIME_MASK, 0, 0 },
		{ "\"noatime\", \"strictatime\"", SYS_ATTR_STRICTATIME, SYS_ATTR_ATIME_MASK, 0, 0 },
		{ "\"nosuid\", \"nodev\", \"suid\"", SYS_ATTR_NODEV, SYS_ATTR_NOSUID, 0, 0 },
		{ "\"rro\", \"rnoatime\"", 0, 0, SYS_ATTR_RDONLY | SYS_ATTR_NOATIME,
		  SYS_ATTR_ATIME_MASK },
		{ "\"rro\", \"rrw\", \"rnosymfollow\"", 0, 0, SYS_ATTR_NOSYMFOLLOW,
		  SYS_ATTR_RDONLY },
	};
	char mount[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		const struct plan_mount *m;
		struct fixture *f;

		snprintf(mount, sizeof(mount),
			 "{\"destination\": \"/a\", \"source\": \"/s\", "
			 "\"options\": [\"bind\", %s]}",
			 cases[i].words);
		f = one_mount(mount);
		m = f->plan.root.mounts;
		assert_int_equal(m->kind, MOUNT_BIND);
		assert_int_equal(m->attr_set, cases[i].set);
		assert_int_equal(m->attr_clr, cases[i].clear);
		assert_int_equal(m->rec_attr_set, cases[i].rec_set);
		assert_int_equal(m->rec_attr_clr, cases[i].rec_clear);
		assert_int_equal(m->propagation, 0);
		fixture_free(f);
	}
}

static void test_marks(void **state)
{
	static const struct {
		const char *mount;
		bool proc, dev, devpts, late;
	} cases[] = {
		{ "{\"destination\": \"/proc\", \"type\": \"proc\"}", true, false, false, false },
		{ "{\"destination\": \"/p\", \"type\": \"proc\"}", false, false, false, false },
		{ "{\"destination\": \"/dev/\", \"type\": \"tmpfs\", \"options\": [\"ro\"]}", false,
		  true, false, true },
		{ "{\"destination\": \"/d\", \"type\": \"tmpfs\", \"options\": [\"ro\"]}", false,
		  false, false, false },
		{ "{\"destination\": \"/dev\", \"type\": \"devtmpfs\"}", false, true, false,
		  false },
		{ "{\"destination\": \"/dev\", \"source\": \"/d\", "
		  "\"options\": [\"bind\", \"ro\"]}",
		  false, false, false, false },
		{ "{\"destination\": \"/dev/pts\", \"type\": \"devpts\"}", false, false, true,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct fixture *f = one_mount(cases[i].mount);
		const struct plan_mount *m = f->plan.root.mounts;

		assert_int_equal(m->is_proc, cases[i].proc);
		assert_int_equal(m->is_dev, cases[i].dev);
		assert_int_equal(m->is_devpts, cases[i].devpts);
		assert_int_equal(m->late_readonly, cases[i].late);
		assert_int_equal(f->plan.root.set_up_dev,
				 m->kind != MOUNT_BIND || strcmp(m->dest, "/dev"));
		fixture_free(f);
	}
}

static void test_places(void **state)
{
	static const struct {
		const char *dest, *type;
		enum mount_place place;
	} cases[] = {
		{ "/proc", "proc", PLACE_STRICT },
		{ "/a", "proc", PLACE_STRICT },
		{ "/sys", "sysfs", PLACE_STRICT },
		{ "/a/sys", "sysfs", PLACE_STRICT },
		{ "/dev", "tmpfs", PLACE_STRICT },
		{ "/dev/pts", "devpts", PLACE_STRICT },
		{ "/x/../dev", "tmpfs", PLACE_STRICT },
		{ "/dev/shm", "tmpfs", PLACE_ORDINARY },
		{ "/sys/fs/cgroup", "cgroup", PLACE_ORDINARY },
		{ "/proc/uptime", "ramfs", PLACE_STRICT },
		{ "/devices", "tmpfs", PLACE_ORDINARY },
	};
	char mount[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct fixture *f;

		snprintf(mount, sizeof(mount), "{\"destination\": \"%s\", \"type\": \"%s\"}",
			 cases[i].dest, cases[i].type);
		f = one_mount(mount);
		assert_int_equal(f->plan.root.mounts[0].place, cases[i].place);
		fixture_free(f);
	}
}

static void test_parameters(void **state)
{
	struct fixture *f = one_mount(
		"{\"destination\": \"/a\", \"type\": \"tmpfs\", \"options\": "
		"[\"size=1m,,mode=700,inode64\", \"context=\\\"a:c1,c2\\\",noswap\", \"x=\","
		" \"sync\", \"silent\", \"label=\\\"q\\\"\"]}");
	static const char *const want[][2] = {
		{ "size", "1m" },         { "mode", "700" },    { "inode64", NULL },
		{ "context", "a:c1,c2" }, { "noswap", NULL },   { "x", "" },
		{ "sync", NULL },         { "label", "\"q\"" },
	};
	const struct plan_mount *m = f->plan.root.mounts;

	(void)state;
	assert_int_equal(m->params_n, ARRAY_N(want));
	for (size_t i = 0; i < ARRAY_N(want); i++) {
		assert_string_equal(m->params[i].key, want[i][0]);
		if (want[i][1])
			assert_string_equal(m->params[i].value, want[i][1]);
		else
			assert_null(m->params[i].value);
	}
	assert_false(m->mode_from_dest);
	fixture_free(f);
}

static void test_propagation(void **state)
{
	static const struct {
		const char *word;
		uint32_t setup, last;
	} cases[] = {
		{ "", SYS_MS_SLAVE | NAMES_RECURSIVE, SYS_MS_PRIVATE | NAMES_RECURSIVE },
		{ "private", SYS_MS_PRIVATE | NAMES_RECURSIVE, SYS_MS_PRIVATE },
		{ "rprivate", SYS_MS_PRIVATE | NAMES_RECURSIVE, SYS_MS_PRIVATE | NAMES_RECURSIVE },
		{ "slave", SYS_MS_SLAVE | NAMES_RECURSIVE, SYS_MS_SLAVE },
		{ "shared", 0, SYS_MS_SHARED },
		{ "rshared", 0, SYS_MS_SHARED | NAMES_RECURSIVE },
		{ "runbindable", SYS_MS_SLAVE | NAMES_RECURSIVE,
		  SYS_MS_UNBINDABLE | NAMES_RECURSIVE },
	};
	char json[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct fixture *f = fixture_new();

		snprintf(json, sizeof(json),
			 CONFIG("\"linux\": {\"rootfsPropagation\": \"%s\", "
				"\"namespaces\": [{\"type\": \"mount\"}]}"),
			 cases[i].word);
		assert_int_equal(plan_text(f, json), 0);
		assert_int_equal(f->plan.root.setup_propagation, cases[i].setup);
		assert_int_equal(f->plan.root.propagation, cases[i].last);
		assert_true(f->plan.root.pivot);
		fixture_free(f);
	}
}

/* The source of a bind is not cleaned: ".." after a symlink is another place. */
static void test_source(void **state)
{
	struct fixture *f = one_mount("{\"destination\": \"/a\", \"type\": \"bind\", "
				      "\"source\": \"link/../x\"}");

	(void)state;
	assert_string_equal(f->plan.root.mounts[0].source, "/bundle/link/../x");
	fixture_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes),  cmocka_unit_test(test_marks),
		cmocka_unit_test(test_places),      cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_propagation), cmocka_unit_test(test_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
