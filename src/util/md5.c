// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/md5.h"

#include <string.h>

#define BLOCK 64

/* RFC 1321, 3.4: the integer part of 2^32 * abs(sin(i + 1)). */
static const uint32_t sines[BLOCK] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613,
	0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193,
	0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
	0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
	0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122,
	0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
	0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244,
	0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
	0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
	0xeb86d391,
};

static const unsigned int shifts[4][4] = {
	{ 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 },
};

static uint32_t word_get(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static void word_put(uint8_t *bytes, uint32_t word)
{
	for (unsigned int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(word >> (8 * i));
}

/* Step @i: its function of three words, and the word of the block that it uses. */
static uint32_t mix(unsigned int i, const uint32_t words[4], unsigned int *word)
{
	uint32_t b = words[1], c = words[2], d = words[3];

	switch (i / 16) {
	case 0:
		*word = i;
		return (b & c) | (~b & d);
	case 1:
		*word = (5 * i + 1) % 16;
		return (d & b) | (~d & c);
	case 2:
		*word = (3 * i + 5) % 16;
		return b ^ c ^ d;
	default:
		*word = 7 * i % 16;
		return c ^ (b | ~d);
	}
}

static void block_add(uint32_t state[4], const uint8_t *block)
{
	uint32_t now[4];

	memcpy(now, state, sizeof(now));
	for (unsigned int i = 0; i < BLOCK; i++) {
		unsigned int word, shift = shifts[i / 16][i % 4];
		uint32_t mixed = mix(i, now, &word);

		mixed += now[0] + sines[i] + word_get(block + (size_t)4 * word);
		now[0] = now[3];
		now[3] = now[2];
		now[2] = now[1];
		now[1] += mixed << shift | mixed >> (32 - shift);
	}
	for (unsigned int i = 0; i < 4; i++)
		state[i] += now[i];
}

void md5(const void *data, size_t length, uint8_t digest[MD5_SIZE])
{
	uint32_t state[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 };
	uint8_t end[2 * BLOCK] = { 0 };
	const uint8_t *bytes = data;
	size_t rest = length % BLOCK, end_size = rest < BLOCK - 8 ? BLOCK : 2 * BLOCK;

	for (size_t i = 0; i + BLOCK <= length; i += BLOCK)
		block_add(state, bytes + i);
	if (rest)
		memcpy(end, bytes + length - rest, rest);
	end[rest] = 0x80;
	word_put(end + end_size - 8, (uint32_t)((uint64_t)length << 3));
	word_put(end + end_size - 4, (uint32_t)((uint64_t)length >> 29));
	for (size_t i = 0; i < end_size; i += BLOCK)
		block_add(state, end + i);
	for (size_t i = 0; i < 4; i++)
		word_put(digest + 4 * i, state[i]);
}
