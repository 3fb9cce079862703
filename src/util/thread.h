/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads with small stacks that are never joined, because one may hang as long as its path does;
 * and how to wait for them.
 */
#ifndef THREAD_H
#define THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "util/clock.h"

/* A thread that has not answered for this time no longer delays the others. */
#define THREAD_SILENCE CLOCK_SECOND
/* How often, at least, a waiting thread checks the clock. */
#define THREAD_TICK (CLOCK_SECOND / 20)

/* Runs @function with @argument in a new thread. Returns false if none could be started. */
bool thread_start(void *(*function)(void *), void *argument);

/*
 * Signals a change in what threads share. It must be valid as long as the process, or be in the
 * arena, because a thread may use it late.
 */
struct condition {
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/* Returns false if there is no memory. */
bool condition_init(struct condition *condition);

/* Locks and unlocks what the threads share. */
void condition_lock(struct condition *condition);
void condition_unlock(struct condition *condition);

/* Call it with the lock held: wakes the waiting thread. */
void condition_signal(struct condition *condition);

/*
 * Call it with the lock held, which is released meanwhile: waits for a signal, but at most
 * THREAD_TICK.
 */
void condition_wait(struct condition *condition);

#endif
