/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_features.c - `ocirun features`: what config.json may ask for, as the
 * features document of the specification.  The words come from the tables that
 * the parsers use. */
#include <string.h>

#include "base/names.h"
#include "cli/out.h"
#include "cli/report.h"
#include "cli/support.h"
#include "commit.h"
#include "libocispec/desc.h"
#include "libocispec/features.h"

enum { FEATURES_INDENT = 4, FEATURES_ARENA = 1 << 20 };

/* Keep the list sorted: tables are in the order of the kernel's numbers. */
static void insert(struct str_list *list, char *word)
{
	size_t i = list->n++;

	for (; i > 0 && strcmp(list->at[i - 1], word) > 0; i--)
		list->at[i] = list->at[i - 1];
	list->at[i] = word;
}

static struct str_list words(const struct names *names, struct arena *a)
{
	struct str_list list = { .at = arena_array(a, char *, names->n) };

	for (size_t i = 0; i < names->n; i++)
		list.at[list.n++] = arena_strdup(a, names->at[i].name);
	return list;
}

static struct str_list namespaces(struct arena *a)
{
	struct str_list list = { .at = arena_array(a, char *, names_namespace.n) };

	for (size_t i = 0; i < names_namespace.n; i++)
		if (SUPPORTS_USERNS || names_namespace.at[i].value != NS_USER)
			insert(&list, arena_strdup(a, names_namespace.at[i].name));
	return list;
}

static struct str_list mount_words(struct arena *a)
{
	const uint32_t idmap = MOUNT_OPT_IDMAP | MOUNT_OPT_RIDMAP;
	struct str_list list = { .at = arena_array(a, char *, mount_options_n) };

	for (size_t i = 0; i < mount_options_n; i++)
		if (SUPPORTS_IDMAP || !(mount_options[i].flags & idmap))
			insert(&list, arena_strdup(a, mount_options[i].name));
	return list;
}

static struct opt_bool says(bool v)
{
	return (struct opt_bool){ .set = true, .v = v };
}

static struct oci_enabled *enabled(bool v, struct arena *a)
{
	struct oci_enabled *e = arena_new(a, struct oci_enabled);

	e->enabled = says(v);
	return e;
}

static struct oci_features_linux *make_linux(struct arena *a)
{
	struct oci_features_linux *l = arena_new(a, struct oci_features_linux);

	l->namespaces = namespaces(a);
	l->capabilities = words(&names_capability, a);
	l->cgroup = arena_new(a, struct oci_features_cgroup);
	l->cgroup->v1 = says(false);
	l->cgroup->v2 = says(true);
	l->cgroup->systemd = l->cgroup->systemd_user = says(SUPPORTS_SYSTEMD);
	l->cgroup->rdma = says(SUPPORTS_RDMA);
	l->seccomp = arena_new(a, struct oci_features_seccomp);
	l->seccomp->enabled = says(SUPPORTS_SECCOMP);
	l->apparmor = enabled(SUPPORTS_APPARMOR, a);
	l->selinux = enabled(SUPPORTS_SELINUX, a);
	l->intel_rdt = arena_new(a, struct oci_features_rdt);
	l->intel_rdt->enabled = says(SUPPORTS_RDT);
	l->memory_policy = arena_new(a, struct oci_features_mempolicy);
	l->memory_policy->modes = words(&names_mempolicy_mode, a);
	l->memory_policy->flags = words(&names_mempolicy_flag, a);
	l->mount_extensions = arena_new(a, struct oci_features_mount_ext);
	l->mount_extensions->idmap = enabled(SUPPORTS_IDMAP, a);
	l->net_devices = enabled(SUPPORTS_NETDEVICES, a);
	return l;
}

static struct str_map make_annotations(struct arena *a)
{
	static const struct {
		const char *key, *value;
	} rows[] = {
		{ "io.github.ocirun.commit", OCIRUN_COMMIT },
		{ "io.github.ocirun.version", PACKAGE_VERSION },
		/* containerd and CRI-O know this key, whatever the runtime */
		{ "org.opencontainers.runc.checkpoint.enabled", SUPPORTS_CRIU ? "true" : "false" },
	};
	struct str_map map = { .n = sizeof(rows) / sizeof(rows[0]) };

	map.at = arena_array(a, struct str_pair, map.n);
	for (size_t i = 0; i < map.n; i++) {
		map.at[i].key = arena_strdup(a, rows[i].key);
		map.at[i].value = arena_strdup(a, rows[i].value);
	}
	return map;
}

/* Annotations that change what the container may do: an engine should not pass
 * them on from an image. */
static struct str_list unsafe_annotations(struct arena *a)
{
	struct str_list list = { .at = arena_array(a, char *, 1) };

	insert(&list, arena_strdup(a, "run.oci.keep_original_groups"));
	return list;
}

static int print(struct arena *a, struct err *e)
{
	struct oci_features doc = {
		.oci_version_min = arena_strdup(a, "1.0.0"),
		.oci_version_max = arena_strdup(a, CLI_SPEC_VERSION),
		.hooks = words(&names_hook, a),
		.mount_options = mount_words(a),
		.linux = make_linux(a),
		.annotations = make_annotations(a),
		.potentially_unsafe_config_annotations = unsafe_annotations(a),
	};
	struct out o;

	out_begin(&o, 1);
	out_str(&o, oci_encode(&oci_features_type, &doc, FEATURES_INDENT, a));
	out_str(&o, "\n");
	return out_end(&o, e);
}

static int features(struct cli *c)
{
	struct err e = { 0 };
	struct arena a;
	int ret = arena_init(&a, FEATURES_ARENA, &e);

	if (ret == 0) {
		ret = print(&a, &e);
		arena_drop(&a);
	}
	return ret < 0 ? report_failed(c, &e) : 0;
}

const struct command cmd_features = {
	.name = "features",
	.synopsis = "",
	.summary = "print what config.json may ask for, as JSON",
	.run = features,
};
