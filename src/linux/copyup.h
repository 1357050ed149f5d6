/* SPDX-License-Identifier: Apache-2.0 */
/* copyup.h - tmpcopyup: the content of the covered directory, copied into a
 * tmpfs before it is attached.  Child. */
#ifndef OCIRUN_LINUX_COPYUP_H
#define OCIRUN_LINUX_COPYUP_H

#include "base/err.h"

/* Copy everything below directory `from` (O_PATH is enough) to directory `to`:
 * files, directories, links, nodes, with owner, mode and times.  Other file
 * systems mounted below are not entered.  -ELOOP: deeper than 64 levels. */
int copyup_tree(int from, int to, struct err *e);

#endif
