/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arguments of a task -> a request. Names and values of ansible.posix.mount are
 * understood where they mean something for a read-only bind.
 */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "base/macro.h"

/*
 * The request that the arguments make, a new reference in *ret. Ansible's own members are
 * left out. Returns 0, or -1 with ERROR_REQUEST or ERROR_MEMORY and a JSON Pointer into the
 * arguments.
 */
MUST_CHECK int ansible_args(const json_t *args, json_t **ret, struct error *err);
