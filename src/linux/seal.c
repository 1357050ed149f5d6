/* SPDX-License-Identifier: Apache-2.0 */
/* seal.c - the stub, part of this binary, as a memfd that nobody can write.
 * Parent.
 */
#include "linux/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "base/fd.h"
#include "base/sys.h"

/* Linux 6.3; the libcs' headers are older. */
enum { SEAL_MFD_EXEC = 0x10, SEAL_F_SEAL_EXEC = 0x20 };

/* src/stub/blob.S */
extern const char stub_blob_start[] __attribute__((visibility("hidden")));
extern const char stub_blob_end[] __attribute__((visibility("hidden")));

int seal_stub(struct err *e)
{
	const unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	fd_auto fd = -1;
	int ret;

	/* With vm.memfd_noexec=1 a memfd is executable only by asking for it. */
	fd = sys_memfd_create("ocirun-stub", flags | SEAL_MFD_EXEC);
	if (fd >= 0)
		seals |= SEAL_F_SEAL_EXEC;
	else if (fd == -EINVAL)
		fd = sys_memfd_create("ocirun-stub", flags);
	if (fd < 0)
		return err_sys(e, fd, "make a memfd for the stub");
	ret = fd_write_all(fd, stub_blob_start, (size_t)(stub_blob_end - stub_blob_start));
	if (ret < 0)
		return err_sys(e, ret, "write the stub");
	ret = sys_ret(fcntl(fd, F_ADD_SEALS, seals));
	if (ret < 0)
		return err_sys(e, ret, "seal the stub");
	return fd_take(&fd);
}
