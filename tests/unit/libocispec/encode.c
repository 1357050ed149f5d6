/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of oci_encode(): form, escapes, what is left out, and that decoding
 * and encoding undo each other. */
#include "tests/unit/libocispec/document.h"

#include "libocispec/features.h"
#include "libocispec/state.h"

static struct arena new_arena(void)
{
	struct arena a;
	struct err e;

	assert_int_equal(arena_init(&a, 1 << 20, &e), 0);
	return a;
}

static void assert_encodes(const struct oci_type *type, const void *in, int indent,
			   const char *want)
{
	struct arena a = new_arena();

	assert_string_equal(oci_encode(type, in, indent, &a), want);
	arena_drop(&a);
}

static void state_looks_like_runc_s(void **state)
{
	char annotation_key[] = "k", annotation_value[] = "v", version[] = "1.3.0", id[] = "web1",
	     status[] = "running", bundle[] = "/b", empty[] = "";
	struct str_pair pair = { annotation_key, annotation_value };
	struct oci_state s = { .oci_version = version,
			       .id = id,
			       .status = status,
			       .bundle = bundle,
			       .pid = { true, 42 },
			       .owner = empty,
			       .annotations = { &pair, 1 } };

	(void)state;
	assert_encodes(&oci_state_type, &s, 0,
		       "{\"ociVersion\":\"1.3.0\",\"id\":\"web1\",\"pid\":42,\"status\":"
		       "\"running\",\"bundle\":\"/b\",\"annotations\":{\"k\":\"v\"},\"owner\":"
		       "\"\"}");
	s.annotations.n = 0;
	s.owner = NULL;
	s.pid.set = false;
	assert_encodes(&oci_state_type, &s, 2,
		       "{\n  \"ociVersion\": \"1.3.0\",\n  \"id\": \"web1\",\n  \"status\": "
		       "\"running\",\n  \"bundle\": \"/b\"\n}");
}

static void what_is_absent_is_left_out(void **state)
{
	struct oci_cpu cpu = { 0 };
	struct oci_resources r = { 0 };
	struct oci_root root = { 0 };
	struct oci_config c = { .root = &root };
	struct oci_hook h = { .has_env = true };

	(void)state;
	assert_encodes(&oci_resources_type, &r, 0, "{}");
	assert_encodes(&oci_resources_type, &r, 4, "{}");
	r.cpu = &cpu;
	assert_encodes(&oci_resources_type, &r, 1, "{\n \"cpu\": {}\n}");
	/* Required keys and plain booleans are not. */
	assert_encodes(&oci_config_type, &c, 0,
		       "{\"ociVersion\":\"\",\"root\":{\"path\":\"\",\"readonly\":false}}");
	assert_encodes(&oci_hook_type, &h, 0, "{\"path\":\"\",\"env\":[]}");
}

static void strings_are_escaped(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain /\x7f", "plain /\\u007f" },
		{ "\"\\\b\f\n\r\t", "\\\"\\\\\\b\\f\\n\\r\\t" },
		{ "\x01\x1f", "\\u0001\\u001f" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\xff", "\\ufffd" },
		{ "a\xc3", "a\\ufffd" },
		{ "\xe2\x82", "\\ufffd\\ufffd" },
		{ "\xed\xa0\x80x", "\\ufffd\\ufffd\\ufffdx" },
		{ "\x80z", "\\ufffdz" },
	};
	char want[128], in[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str_pair pair = { in, in };
		struct oci_resources r = { .unified = { &pair, 1 } };

		(void)snprintf(in, sizeof(in), "%s", cases[i].in);
		(void)snprintf(want, sizeof(want), "{\"unified\":{\"%s\":\"%s\"}}", cases[i].out,
			       cases[i].out);
		assert_encodes(&oci_resources_type, &r, 0, want);
	}
}

static void numbers_keep_their_value(void **state)
{
	struct oci_memory m = { .limit = { true, INT64_MIN },
				.swap = { true, INT64_MAX },
				.swappiness = { true, UINT64_MAX },
				.use_hierarchy = { true, false } };
	struct oci_resources r = { .memory = &m };

	(void)state;
	assert_encodes(&oci_resources_type, &r, 0,
		       "{\"memory\":{\"limit\":-9223372036854775808,\"swap\":9223372036854775807,"
		       "\"swappiness\":18446744073709551615,\"useHierarchy\":false}}");
}

static void assert_stable(const struct oci_type *type, const char *text)
{
	struct document *first = document_good(type, text), *second;
	struct arena a = new_arena();

	for (int indent = 0; indent <= 8; indent += 4) {
		char *once = oci_encode(type, first->out, indent, &a), *twice;

		second = document_good(type, once);
		assert_int_equal(second->problems.warnings, 0);
		twice = oci_encode(type, second->out, indent, &a);
		assert_string_equal(once, twice);
		document_drop(second);
	}
	arena_drop(&a);
	document_drop(first);
}

static void decoding_undoes_encoding(void **state)
{
	(void)state;
	assert_stable(&oci_config_type,
		      "{\"ociVersion\":\"1\",\"mounts\":[{\"destination\":\"/\",\"options\":[\"a\","
		      "\"\"],\"uidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":2}]}],"
		      "\"linux\":{\"seccomp\":{\"defaultAction\":\"A\",\"syscalls\":[{\"names\":[],"
		      "\"action\":\"\",\"args\":[{\"index\":1,\"value\":2,\"op\":\"x\"}]}]},"
		      "\"timeOffsets\":{\"boottime\":{\"secs\":-1}},\"resources\":{\"rdma\":{\"m\":"
		      "{\"hcaHandles\":0}},\"blockIO\":{\"weightDevice\":[{\"major\":-1,\"minor\":"
		      "2,\"leafWeight\":65535}]}},\"netDevices\":{\"e\":{}},\"sysctl\":{\"\":\"\\n"
		      "\"}},\"process\":{\"cwd\":\"\",\"user\":{\"additionalGids\":[0,7]},"
		      "\"scheduler\":{\"policy\":\"\",\"nice\":-20},"
		      "\"capabilities\":{}},\"hooks\":{\"poststart\":[{\"path\":\"\",\"env\":[]}]},"
		      "\"vm\":{\"x\":1}}");
	assert_stable(
		&oci_features_type,
		"{\"ociVersionMin\":\"1\",\"ociVersionMax\":\"2\",\"hooks\":[\"a\"],\"linux\":"
		"{\"cgroup\":{\"v1\":false,\"v2\":true},\"mountExtensions\":{\"idmap\":{"
		"\"enabled\":true}},\"memoryPolicy\":{\"modes\":[]}},\"annotations\":{\"a\":"
		"\"b\"},\"potentiallyUnsafeConfigAnnotations\":[\"x.\"]}");
	assert_stable(&oci_state_type, "{\"ociVersion\":\"1\",\"id\":\"i\",\"status\":\"s\","
				       "\"bundle\":\"b\",\"pid\":0,\"created\":\"c\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_looks_like_runc_s),
		cmocka_unit_test(what_is_absent_is_left_out),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(numbers_keep_their_value),
		cmocka_unit_test(decoding_undoes_encoding),
	};

	return cmocka_run_group_tests_name("libocispec/encode", tests, NULL, NULL);
}
