/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_spec.c - `ocirun spec`: write a config.json to start from. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "cli/report.h"
#include "cli/spec_default.h"
#include "libocispec/desc.h"

enum { SPEC_INDENT = 4, SPEC_ARENA = 1 << 20 };

static int write_file(int dir, const char *name, const char *text, struct err *e)
{
	fd_auto fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
	int ret;

	if (fd < 0 && errno == EEXIST)
		return err_set(e, EEXIST, "\"%s\" exists, remove it first", name);
	if (fd < 0)
		return err_sys(e, -errno, "create \"%s\"", name);
	ret = fd_write_all(fd, text, strlen(text));
	if (ret == 0)
		return 0;
	(void)unlinkat(dir, name, 0); /* half of it helps nobody */
	return err_sys(e, ret, "write \"%s\"", name);
}

static int write_spec(const struct cli *c, struct arena *a, struct err *e)
{
	const char *name = c->o.config ? c->o.config : "config.json";
	const char *bundle = c->o.bundle && !strchr(name, '/') ? c->o.bundle : ".";
	fd_auto dir = open(bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct oci_config *spec = spec_default(a);
	const char *text;

	if (dir < 0)
		return err_sys(e, -errno, "open the bundle \"%s\"", bundle);
	if (c->o.rootless_spec)
		spec_make_rootless(spec, geteuid(), getegid(), a);
	text = arena_fmt(a, "%s\n", oci_encode(&oci_config_type, spec, SPEC_INDENT, a));
	return write_file(dir, name, text, e);
}

static int spec_command(struct cli *c)
{
	struct err e = { 0 };
	struct arena a;
	int ret = arena_init(&a, SPEC_ARENA, &e);

	if (ret == 0) {
		ret = write_spec(c, &a, &e);
		arena_drop(&a);
	}
	return ret < 0 ? report_failed(c, &e) : 0;
}

static const struct opt rows[] = {
	OPT_TEXT("bundle", 'b', bundle, "DIR",
		 "write into this directory (default: the current one)"),
	OPT_TEXT("config", 'f', config, "FILE",
		 "name of the file, in the bundle unless it has a slash (default: config.json)"),
	OPT_FLAG("rootless", 0, rootless_spec, "for a user without privileges"),
};

const struct command cmd_spec = {
	.name = "spec",
	.synopsis = "",
	.summary = "write a config.json to start from",
	.options = OPT_TABLE(rows),
	.run = spec_command,
};
