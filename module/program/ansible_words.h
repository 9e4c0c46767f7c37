/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ansible.posix.mount has and robind calls otherwise, or has no need of.
 */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "base/json_pointer.h"
#include "base/macro.h"

/* One member of the task: what it is called, and what is to become of its value. */
struct ansible_given {
	const char *name;
	const json_t *value;
	const struct json_pointer *at;
};

/* Refuse `what`; `why` ends the sentence. Always -1, with ERROR_REQUEST. */
int ansible_refuse(struct error *err, const struct json_pointer *at, const char *what,
		   const char *why);

/*
 * Take a member of a task into a request's bind, or find that it says nothing there. 0, or -1
 * with ERROR_REQUEST, which says what to write instead, or with ERROR_MEMORY.
 */
typedef int ansible_take(json_t *out, const struct ansible_given *given, struct error *err);
ansible_take ansible_take_state;
ansible_take ansible_take_fstype;
ansible_take ansible_take_zero;
ansible_take ansible_take_boot;
ansible_take ansible_take_opts_no_log;

/* Add what `boot` said to the options, once all members have been taken. 0, or -1 with
 * ERROR_MEMORY.
 */
MUST_CHECK int ansible_add_noauto(json_t *out, struct error *err);
