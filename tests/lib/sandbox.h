/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage for tests on real mounts: the test's own process in a mount namespace of its own,
 * with a tmpfs on /mnt. The kernel clears it away, also after a crash, so there is no
 * teardown.
 */
#pragma once

#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

/* Enter the namespace; works as root and, by a user namespace, as anybody. */
void sandbox_enter(void);

/* Whether namespaces can be had here; prints why not. */
bool sandbox_is_possible(void);

/* Whether this kernel replaces a mount without a gap (6.5). */
bool sandbox_has_beneath(void);

/* Whether it lets what is bound within come along (6.15). */
bool sandbox_has_detached_trees(void);

/* A directory below /mnt, with its parents. */
void sandbox_mkdir(const char *path);

/* Run the engine on a request, given like printf with ' for ". A new reference. */
json_t *sandbox_apply(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The status of the reply's first bind, or of the request as a whole. */
const char *sandbox_status(const json_t *reply);

/*
 * A process that opens PATH/written-<n> for writing, as often as it can, and counts: how
 * often it tried, and how many of these it won. In a slave mount namespace of its own where
 * `slave` is set. End it with sandbox_end().
 */
struct tally {
	volatile long tries;
	volatile long wins;
};

pid_t sandbox_writer(const char *path, bool slave, struct tally **ret);

/* Wait until a try that is under way now has ended. */
void sandbox_await_try(const struct tally *tally);

/*
 * A process that stats the path as often as it can and counts the failures; but not of a stat that
 * took so many seconds, which may have begun in what was detached since.
 */
pid_t sandbox_reader(const char *path, double late, volatile long **ret_failures);

void sandbox_end(pid_t pid);

/* The number of names in a directory. */
long sandbox_count(const char *path);
