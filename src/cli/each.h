/* SPDX-License-Identifier: Apache-2.0 */
/* each.h - one operation on one container, or with --regex on each whose id
 * matches an extended regular expression (regex(7)), as crun has it. */
#ifndef OCIRUN_CLI_EACH_H
#define OCIRUN_CLI_EACH_H

#include "cli/cli.h"

struct each {
	int (*fn)(struct cli *c, const char *id, int argument, struct err *e);
	int argument;
};

/* Goes on after an error, the first one is reported.  The exit code. */
int each_container(struct cli *c, const struct each *each);

#endif
