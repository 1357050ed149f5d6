/* SPDX-License-Identifier: Apache-2.0 */
/* seal.c - the stub's memfd is the stub, and nobody changes it (CVE-2019-5736). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/seal.h"

#include <elf.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "tests/unit/linux/child.h"

static void test_is_a_program(void **state)
{
	struct err e = { 0 };
	fd_auto fd = seal_stub(&e);
	struct stat st;
	char head[SELFMAG];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(st.st_size > 512 && st.st_size < 32768);
	assert_true(st.st_mode & 0111);
	assert_int_equal(pread(fd, head, sizeof(head), 0), SELFMAG);
	assert_memory_equal(head, ELFMAG, SELFMAG);
}

static void test_sealed(void **state)
{
	const int wanted = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	struct err e = { 0 };
	fd_auto fd = seal_stub(&e);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GET_SEALS) & wanted, wanted);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(ftruncate(fd, 1 << 20), -1);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE), -1);
	assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	if (fcntl(fd, F_GET_SEALS) & 0x20) { /* F_SEAL_EXEC, Linux 6.3 */
		assert_int_equal(fchmod(fd, 0666), -1);
		assert_int_equal(errno, EPERM);
	}
}

/* It runs: without its words it ends with 125. */
static void test_runs(void **state)
{
	static char name[] = "stub";
	char *argv[] = { name, NULL }, *envp[] = { NULL };
	struct err e = { 0 };
	fd_auto fd = seal_stub(&e);
	int status;
	pid_t pid;

	(void)state;
	assert_true(fd >= 0);
	pid = fork();
	if (pid == 0) {
		fexecve(fd, argv, envp);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 125);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_a_program),
		cmocka_unit_test(test_sealed),
		cmocka_unit_test(test_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
