// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies of an NVMe controller. The first byte chooses the command; the rest is the reply. */
#include "fuzz.h"

#include "wire/nvme.h"

enum {
	STANDARD,
	EXTENDED,
	IDENTIFY_CONTROLLER,
	IDENTIFY_NAMESPACE,
	HOST_IDENTIFIER,
	STATUS,
	COUNT
};

static void report_fuzz(enum nvme_report form, const uint8_t *reply, size_t length,
			struct arena *arena)
{
	struct resv_state state = { .source = SOURCE_NVME_REPORT };
	struct capabilities can = { 0 };
	size_t wanted = SIZE_MAX;
	enum decode_result decoded =
		nvme_report_decode(form, reply, length, arena, &state, &can, &wanted);

	if (decoded == DECODE_SHORT)
		MUST(wanted > length && wanted <= nvme_report_size(form, NVME_REPORT_ENTRIES_MAX));
	if (decoded != DECODE_OK)
		return;
	MUST(wanted <= length && nvme_report_size(form, state.count) <= length);
	MUST(state.type <= RESV_OTHER && (state.type != RESV_NONE || state.key == 0));
	fuzz_output(arena, &state, &can);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = fuzz_arena();
	struct resv_state none = { .source = SOURCE_NVME_REPORT };
	struct capabilities can = { 0 };
	const char *text;
	uint8_t *reply;
	size_t length;

	if (size == 0)
		return 0;
	length = size - 1;
	reply = fuzz_copy(data + 1, length);
	switch (data[0] % COUNT) {
	case STANDARD:
		report_fuzz(NVME_REPORT_STANDARD, reply, length, arena);
		break;
	case EXTENDED:
		report_fuzz(NVME_REPORT_EXTENDED, reply, length, arena);
		break;
	case IDENTIFY_CONTROLLER:
		nvme_controller_reservations(reply, length);
		break;
	case IDENTIFY_NAMESPACE:
		if (nvme_namespace_capabilities(reply, length, &can) == DECODE_OK)
			fuzz_output(arena, &none, &can);
		break;
	case HOST_IDENTIFIER:
		if (length != 8 && length != 16)
			break;
		text = nvme_host_identifier_text(reply, length, arena);
		if (text)
			fuzz_text(text, strlen(text));
		break;
	case STATUS:
		if (length == 2)
			nvme_status_kind(reply[0] | (unsigned int)reply[1] << 8);
		break;
	}
	free(reply);
	return 0;
}
