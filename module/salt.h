/* A reply for Salt's cmd.run with `stateful`. */
#pragma once

#include <jansson.h>

/*
 * {changed, comment, TARGET: {old, new, reason}} with the binds that changed; failures
 * stand in the comment. A new object, or NULL when there is no memory.
 */
json_t *salt_reply(const json_t *reply);
