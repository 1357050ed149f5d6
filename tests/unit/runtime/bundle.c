/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.c - from a directory to a sealed plan, and the places in messages. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/bundle.h"

static char dir[] = "/tmp/ocirun-bundle-XXXXXX";

static const char good[] = "{\n"
			   "  \"ociVersion\": \"1.3.0\",\n"
			   "  \"root\": {\"path\": \"rootfs\"},\n"
			   "  \"process\": {\n"
			   "    \"cwd\": \"/\",\n"
			   "    \"args\": [\"true\"],\n"
			   "    \"user\": {\"uid\": 0, \"gid\": 0}\n"
			   "  },\n"
			   "  \"linux\": {\"cgroupsPath\": \"/x\",\n"
			   "    \"namespaces\": [{\"type\": \"mount\"}]}\n"
			   "}\n";

static struct problem found[8];
static struct problems problems;
static struct bundle b;
static struct err e;

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static int read_bundle(const char *from, const char *file)
{
	problems = (struct problems){ .at = found, .cap = 8 };
	e = (struct err){ 0 };
	return bundle_read(&b, from, file, &problems, &e);
}

static int plan_bundle(void)
{
	struct plan_options options = { .id = "web1" };

	return bundle_plan(&b, &options, &problems, &e);
}

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	return mkdir(path_of("rootfs"), 0755);
}

static int remove_dir(void **state)
{
	static const char *const names[] = { "config.json", "other.json", "link" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(names[i]));
	rmdir(path_of("rootfs"));
	return rmdir(dir);
}

static void a_good_one(void **state)
{
	(void)state;
	put("config.json", good);
	assert_int_equal(read_bundle(dir, NULL), 0);
	assert_string_equal(b.path, dir);
	assert_string_equal(b.text.name, "config.json");
	assert_string_equal(b.spec.process->args.at[0], "true");
	assert_int_equal(plan_bundle(), 0);
	assert_string_equal(b.plan->bundle, dir);
	assert_string_equal(b.plan->id, "web1");
	bundle_drop(&b);
}

static void the_path_is_canonical(void **state)
{
	(void)state;
	put("config.json", good);
	(void)unlink(path_of("link"));
	assert_int_equal(symlink(".", path_of("link")), 0);
	assert_int_equal(read_bundle(path_of("link/./link/"), NULL), 0);
	assert_string_equal(b.path, dir);
	bundle_drop(&b);
}

static void another_file(void **state)
{
	char path[128];

	(void)state;
	put("other.json", good);
	assert_int_equal(read_bundle(dir, "other.json"), 0);
	assert_string_equal(b.text.name, "other.json");
	bundle_drop(&b);
	snprintf(path, sizeof(path), "%s", path_of("other.json"));
	assert_int_equal(read_bundle("/", path), 0);
	assert_string_equal(b.path, "/");
	bundle_drop(&b);
}

static void files_that_cannot_be_read(void **state)
{
	(void)state;
	assert_int_equal(read_bundle("/nosuch", NULL), -ENOENT);
	assert_string_equal(e.msg, "open the bundle \"/nosuch\": no such file or directory");
	bundle_drop(&b);
	assert_int_equal(read_bundle(dir, "nosuch.json"), -ENOENT);
	assert_non_null(strstr(e.msg, "nosuch.json\": no such file or directory"));
	bundle_drop(&b);
	assert_int_equal(read_bundle(dir, "rootfs"), -EISDIR);
	bundle_drop(&b);
	assert_int_equal(read_bundle(dir, "/dev/zero"), -EINVAL);
	bundle_drop(&b);
	assert_int_equal(problems.errors, 0);
}

static void more_than_the_limit(void **state)
{
	int fd;

	(void)state;
	put("other.json", "{}");
	fd = open(path_of("other.json"), O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, OCI_TEXT_MAX + 1), 0);
	close(fd);
	assert_int_equal(read_bundle(dir, "other.json"), -EFBIG);
	bundle_drop(&b);
}

static void an_empty_file(void **state)
{
	(void)state;
	put("other.json", "");
	assert_true(read_bundle(dir, "other.json") < 0);
	assert_int_equal(problems.errors, 1);
	bundle_drop(&b);
}

static void places(void **state)
{
	char buf[256], small[8];

	(void)state;
	put("config.json", good);
	assert_int_equal(read_bundle(dir, NULL), 0);
	bundle_place(&b, "/process/cwd", buf, sizeof(buf));
	assert_string_equal(buf, "config.json:5:12 /process/cwd");
	bundle_place(&b, "/process/nosuch/0", buf, sizeof(buf)); /* its parent's place */
	assert_string_equal(buf, "config.json:4:14 /process/nosuch/0");
	bundle_place(&b, "", buf, sizeof(buf));
	assert_string_equal(buf, "");
	bundle_place(&b, "/process/cwd", small, sizeof(small));
	assert_string_equal(small, "config.");
	bundle_drop(&b);
}

static void a_syntax_error_has_a_place(void **state)
{
	(void)state;
	put("other.json", "{\n  \"root\": }\n");
	assert_int_equal(read_bundle(dir, "other.json"), -EINVAL);
	assert_int_equal(strncmp(e.where, "other.json:2:", 13), 0);
	bundle_drop(&b);
}

static void a_semantic_error_has_a_pointer(void **state)
{
	(void)state;
	put("other.json", "{\"ociVersion\": \"1.0.0\", \"root\": {\"path\": \"r\"},\n"
			  "\"process\": {\"cwd\": \"x\", \"args\": [\"a\"],\n"
			  "\"user\": {\"uid\": 0, \"gid\": 0}}}");
	assert_int_equal(read_bundle(dir, "other.json"), 0);
	assert_true(plan_bundle() < 0);
	assert_string_equal(e.where, "/process/cwd");
	assert_null(b.plan);
	bundle_drop(&b);
}

/* The child of a start shares these pages: nobody may change a decision. */
static void both_are_sealed(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	put("config.json", good);
	assert_int_equal(read_bundle(dir, NULL), 0);
	assert_int_equal(plan_bundle(), 0);
	pid = fork();
	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		((char *)b.plan)[0] = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	pid = fork();
	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		b.spec.process->cwd[0] = 'x';
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	bundle_drop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_one),
		cmocka_unit_test(the_path_is_canonical),
		cmocka_unit_test(another_file),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(more_than_the_limit),
		cmocka_unit_test(an_empty_file),
		cmocka_unit_test(places),
		cmocka_unit_test(a_syntax_error_has_a_place),
		cmocka_unit_test(a_semantic_error_has_a_pointer),
		cmocka_unit_test(both_are_sealed),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
