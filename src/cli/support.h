/* SPDX-License-Identifier: Apache-2.0 */
/* support.h - what this version of ocirun can do, for `features` and --version.
 *
 * A part counts as supported when a container that asks for it gets it.
 */
#ifndef OCIRUN_CLI_SUPPORT_H
#define OCIRUN_CLI_SUPPORT_H

enum {
	SUPPORTS_APPARMOR = 0,
	SUPPORTS_CRIU = 0,
	SUPPORTS_IDMAP = 0,	/* id-mapped mounts */
	SUPPORTS_NETDEVICES = 0,
	SUPPORTS_RDMA = 1,
	SUPPORTS_RDT = 0,	/* Intel RDT */
	SUPPORTS_SECCOMP = 0,
	SUPPORTS_SELINUX = 0,
	SUPPORTS_SYSTEMD = 0,	/* the systemd cgroup driver */
	SUPPORTS_USERNS = 0,
};

#ifdef __GLIBC__
#define SUPPORT_LIBC "glibc"
#else
#define SUPPORT_LIBC "musl"
#endif

#endif
