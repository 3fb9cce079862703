// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The test suite of RFC 1321, A.5, and lengths around the end of a block, with digests of
 * md5sum(1).
 */
#include "unit.h"

#include "util/md5.h"

#define TEN "1234567890"
#define FIFTY TEN TEN TEN TEN TEN

static const struct {
	const char *name, *text, *digest;
} texts[] = {
	{ "nothing", "", "d41d8cd98f00b204e9800998ecf8427e" },
	{ "a letter", "a", "0cc175b9c0f1b6a831c399e269772661" },
	{ "abc", "abc", "900150983cd24fb0d6963f7d28e17f72" },
	{ "message digest", "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
	{ "the alphabet", "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b" },
	{ "62 bytes", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	  "d174ab98d277d9f5a5611c2c9f419d9f" },
	{ "80 bytes", FIFTY TEN TEN TEN, "57edf4a22be3c955ac49da2e2107b67a" },
	{ "55 bytes, the most that one block ends", FIFTY "12345",
	  "c9ccf168914a1bcfc3229f1948e67da0" },
	{ "56 bytes", FIFTY "123456", "49f193adce178490e34d1b3a4ec0064c" },
	{ "64 bytes", FIFTY TEN "1234", "eb6c4179c0a7c82cc2828c1e6338e165" },
};

static void digests(void **state)
{
	const typeof(texts[0]) *row = *state;
	uint8_t digest[MD5_SIZE];
	char text[2 * MD5_SIZE + 1];

	md5(row->text, strlen(row->text), digest);
	for (size_t i = 0; i < MD5_SIZE; i++)
		sprintf(text + 2 * i, "%02x", digest[i]);
	assert_string_equal(text, row->digest);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, digests, texts);
	return unit_run(&unit, "md5");
}
