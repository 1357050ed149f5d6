/* SPDX-License-Identifier: Apache-2.0 */
/* keyring.c - gives the container a session keyring of its own, so that it
 * holds no key of the caller.  Child.
 */
#include "linux/keyring.h"

#include <errno.h>

#include "base/sys.h"
#include "base/text.h"

int keyring_join(const char *id, struct err *e)
{
	char name[5 + 255 + 1];
	int ret;

	text_fmt(name, sizeof(name), "_ses.%s", id);
	/* A keyring of this name that exists is joined only with search permission,
	 * which a new one does not give: containers cannot meet by their names. */
	ret = sys_join_session_keyring(name);
	if (ret == -ENOSYS)
		return 0;
	if (ret < 0)
		return err_sys(e, ret, "join session keyring \"%s\"", name);
	return 0;
}
