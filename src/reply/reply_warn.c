#include "reply/reply.h"
#include "reply/reply_parts.h"

int reply_warn(struct reply *reply, const char *code, size_t i, const char *msg)
{
	const json_t *bind = json_array_get(reply->binds, i);
	json_t *warning = part_warning(code, NULL, msg);
	int r = bind ? json_object_set(warning, "target", json_object_get(bind, "target"))
		     : 0;

	if (r < 0) {
		json_decref(warning);
		return -1;
	}
	return json_array_append_new(reply->warnings, warning);
}
