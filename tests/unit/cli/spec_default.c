/* SPDX-License-Identifier: Apache-2.0 */
/* spec_default.c - what `spec` writes can be read again, and has the contents
 * that users of `runc spec` know. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/spec_default.h"
#include "libocispec/desc.h"

/* Encode the made spec and decode it: no errors, no unknown keys. */
static void reread(struct oci_config *made, struct arena *a, struct oci_config *ret)
{
	struct problem at[4];
	struct problems problems = { .at = at, .cap = 4, .all = true };
	struct oci_text text = { .name = "config.json" };

	text.at = oci_encode(&oci_config_type, made, 4, a);
	text.len = strlen(text.at);
	assert_int_equal(oci_decode(&oci_config_type, &text, a, ret, &problems), 0);
	assert_int_equal(problems.errors + problems.warnings, 0);
}

static void begin(struct arena *a)
{
	assert_int_equal(arena_init(a, 16 << 20, NULL), 0);
}

static bool has(const struct str_list *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->at[i], word) == 0)
			return true;
	return false;
}

static const struct oci_mount *mount_at(const struct oci_config *c, const char *destination)
{
	for (size_t i = 0; i < c->mounts.n; i++)
		if (strcmp(c->mounts.at[i].destination, destination) == 0)
			return &c->mounts.at[i];
	return NULL;
}

static bool has_namespace(const struct oci_config *c, const char *type)
{
	for (size_t i = 0; i < c->linux->namespaces.n; i++)
		if (strcmp(c->linux->namespaces.at[i].type, type) == 0)
			return true;
	return false;
}

static void the_process(void **state)
{
	struct oci_config c;
	struct arena a;

	(void)state;
	begin(&a);
	reread(spec_default(&a), &a, &c);
	assert_string_equal(c.oci_version, "1.3.0");
	assert_string_equal(c.root->path, "rootfs");
	assert_true(c.root->readonly);
	assert_true(c.process->terminal);
	assert_true(c.process->no_new_privileges);
	assert_string_equal(c.process->cwd, "/");
	assert_int_equal(c.process->args.n, 1);
	assert_string_equal(c.process->args.at[0], "sh");
	assert_true(has(&c.process->env, "TERM=xterm"));
	assert_int_equal(c.process->env.n, 2);
	assert_int_equal(c.process->capabilities->bounding.n, 3);
	assert_int_equal(c.process->capabilities->effective.n, 3);
	assert_int_equal(c.process->capabilities->permitted.n, 3);
	assert_int_equal(c.process->capabilities->inheritable.n, 0);
	assert_int_equal(c.process->capabilities->ambient.n, 0);
	assert_string_equal(c.process->rlimits.at[0].type, "RLIMIT_NOFILE");
	assert_int_equal(c.process->rlimits.at[0].hard, 1024);
	arena_drop(&a);
}

static void the_isolation(void **state)
{
	struct oci_config c;
	struct arena a;

	(void)state;
	begin(&a);
	reread(spec_default(&a), &a, &c);
	assert_int_equal(c.mounts.n, 7);
	assert_int_equal(mount_at(&c, "/proc")->options.n, 0);
	assert_true(has(&mount_at(&c, "/dev/pts")->options, "gid=5"));
	assert_string_equal(mount_at(&c, "/sys")->type, "sysfs");
	assert_int_equal(c.linux->namespaces.n, 6);
	assert_true(has_namespace(&c, "network"));
	assert_int_equal(c.linux->masked_paths.n, 10);
	assert_int_equal(c.linux->readonly_paths.n, 5);
	assert_true(has(&c.linux->masked_paths, "/proc/kcore"));
	assert_true(has(&c.linux->readonly_paths, "/proc/sysrq-trigger"));
	assert_false(c.linux->resources->devices.at[0].allow);
	assert_string_equal(c.linux->resources->devices.at[0].access, "rwm");
	arena_drop(&a);
}

static void without_privileges(void **state)
{
	struct oci_config *made, c;
	struct arena a;

	(void)state;
	begin(&a);
	made = spec_default(&a);
	spec_make_rootless(made, 1000, 100, &a);
	reread(made, &a, &c);
	assert_true(has_namespace(&c, "user"));
	assert_false(has_namespace(&c, "network"));
	assert_int_equal(c.linux->uid_mappings.at[0].host_id, 1000);
	assert_int_equal(c.linux->uid_mappings.at[0].container_id, 0);
	assert_int_equal(c.linux->uid_mappings.at[0].size, 1);
	assert_int_equal(c.linux->gid_mappings.at[0].host_id, 100);
	assert_null(c.linux->resources);
	assert_false(has(&mount_at(&c, "/dev/pts")->options, "gid=5"));
	assert_true(has(&mount_at(&c, "/dev/pts")->options, "mode=0620"));
	assert_string_equal(mount_at(&c, "/sys")->source, "/sys");
	assert_true(has(&mount_at(&c, "/sys")->options, "rbind"));
	assert_true(has(&mount_at(&c, "/sys")->options, "ro"));
	arena_drop(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_process),
		cmocka_unit_test(the_isolation),
		cmocka_unit_test(without_privileges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
