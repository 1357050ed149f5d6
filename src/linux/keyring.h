/* SPDX-License-Identifier: Apache-2.0 */
/* keyring.h - a session keyring of the container's own, named _ses.ID.  Child.
 * ENOSYS (kernel without keys) is accepted; everything else is an error. */
#ifndef OCIRUN_LINUX_KEYRING_H
#define OCIRUN_LINUX_KEYRING_H

#include "base/err.h"

int keyring_join(const char *id, struct err *e);

#endif
