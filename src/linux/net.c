/* SPDX-License-Identifier: Apache-2.0 */
/* net.c - brings up the loopback of a new network namespace.  Child. */
#include "linux/net.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/sys.h"

int net_loopback_up(struct err *e)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	/* Device requests are the same on a socket of any family, netdevice(7);
	 * this one is always there, a kernel may do without IPv4. */
	fd_auto fd = sys_ret(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	int ret;

	if (fd < 0)
		return err_sys(e, fd, "open a socket for the loopback interface");
	ret = sys_ret(ioctl(fd, SIOCSIFFLAGS, &request));
	if (ret < 0)
		return err_sys(e, ret, "bring up the loopback interface");
	return 0;
}
