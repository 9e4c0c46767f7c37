/* SPDX-License-Identifier: Apache-2.0 */
/* What is told of a system call that failed. The sentences are those of base/failure_rows.c. */
#pragma once

#include <sys/types.h>

#include "base/error.h"
#include "base/failure.h"

struct failure {
	enum failed_call call;
	int number;                    /* the errno */
	const char *path;              /* absolute: what the call was about */
	const struct json_pointer *at; /* the member of the request */
	unsigned known;                /* the facts that are never looked for */
	const char *obstacle;          /* path_last_obstacle(), for ETIMEDOUT */
	pid_t holder;                  /* with FACT_HOLDER */
};

/*
 * Fill *err: find out why the call failed, as far as there is more than one sentence for its
 * errno. Returns -1.
 */
int failure_set(struct error *err, const struct failure *failure);

/* Put the fact alone, such as "it is not there", into `text`: for a sentence of another kind. */
void failure_put_fact(const struct failure *failure, char *text, size_t size);
