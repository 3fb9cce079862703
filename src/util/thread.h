/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads with small stacks, that nobody joins: one may hang for as long as its path does; and how
 * one waits for others.
 */
#ifndef THREAD_H
#define THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "util/clock.h"

/* A thread that has not answered for so long no longer keeps the others waiting. */
#define THREAD_SILENCE CLOCK_SECOND
/* How often a waiting thread looks at the clock, at least. */
#define THREAD_TICK (CLOCK_SECOND / 20)

/* Runs @function on @argument in a thread. False: no thread could be started. */
bool thread_start(void *(*function)(void *), void *argument);

/*
 * Something that threads share has changed. As a thread may come back to it late, it lives as long
 * as the process, or in the arena.
 */
struct condition {
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/* False: no memory. */
bool condition_init(struct condition *condition);

void condition_lock(struct condition *condition);
void condition_unlock(struct condition *condition);

/* With the lock held: wakes the thread that waits. */
void condition_signal(struct condition *condition);

/*
 * With the lock held, which is released meanwhile: waits for a signal, no longer than THREAD_TICK.
 */
void condition_wait(struct condition *condition);

#endif
