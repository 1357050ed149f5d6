/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main() for a fuzz target without libFuzzer: feeds every file of its corpus,
 * $FUZZ_CORPUS/NAME, to the target and reports TAP.  A finding is a crash or a
 * sanitizer report, which the test driver sees as a missing case.  Arguments, if
 * any, are inputs to replay instead: that is how a finding is debugged.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Exactly sized memory, so that a sanitizer sees the first byte beyond. */
static int replay_file(const char *path)
{
	FILE *f = fopen(path, "re");
	uint8_t *data;
	long size;

	if (!f || fseek(f, 0, SEEK_END) < 0 || (size = ftell(f)) < 0)
		return -1;
	rewind(f);
	data = malloc((size_t)size);
	if ((!data && size > 0) || fread(data, 1, (size_t)size, f) != (size_t)size)
		return -1;
	(void)fclose(f);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 0;
}

static int is_input(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void report(int number, const char *path)
{
	int ret = replay_file(path);
	const char *slash = strrchr(path, '/');

	printf("%sok %d - %s\n", ret < 0 ? "not " : "", number, slash ? slash + 1 : path);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	const char *corpus = getenv("FUZZ_CORPUS");
	const char *slash = strrchr(argv[0], '/');
	char path[4096];
	struct dirent **inputs;
	int n;

	if (argc > 1) {
		printf("1..%d\n", argc - 1);
		for (int i = 1; i < argc; i++)
			report(i, argv[i]);
		return 0;
	}
	(void)snprintf(path, sizeof(path), "%s/%s", corpus ? corpus : "tests/fuzz/corpus",
		       slash ? slash + 1 : argv[0]);
	n = scandir(path, &inputs, is_input, alphasort);
	if (n < 0) {
		printf("1..1\nnot ok 1 - read %s\n", path);
		return 1;
	}
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		char file[sizeof(path) + 256];

		(void)snprintf(file, sizeof(file), "%s/%s", path, inputs[i]->d_name);
		report(i + 1, file);
		free(inputs[i]);
	}
	free(inputs);
	return 0;
}
