/* SPDX-License-Identifier: Apache-2.0 */
/* net.h - the network of a new network namespace.  Child. */
#ifndef OCIRUN_LINUX_NET_H
#define OCIRUN_LINUX_NET_H

#include "base/err.h"

int net_loopback_up(struct err *e);

#endif
