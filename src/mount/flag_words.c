#include "mount/flag_words.h"

#include <stdio.h>
#include <string.h>

#include "mount/flags.h"
#include "mount/mount.h"

void mount_flags_text(uint32_t attr, char buf[MOUNT_FLAGS_TEXT_SIZE])
{
	size_t used = 0;
	const char *word = NULL;

	buf[0] = '\0';
	for (size_t i = 0; (word = flags_word_of(attr, i)) && used < MOUNT_FLAGS_TEXT_SIZE;
	     i++)
		used += (size_t)snprintf(buf + used, MOUNT_FLAGS_TEXT_SIZE - used, "%s%s",
					 i ? "," : "", word);
}

const char *propagation_text(uint32_t propagation)
{
	if ((propagation & PROPAGATION_SHARED) && (propagation & PROPAGATION_SLAVE))
		return "shared,slave";
	if (propagation & PROPAGATION_SHARED)
		return "shared";
	if (propagation & PROPAGATION_SLAVE)
		return "slave";
	return propagation & PROPAGATION_UNBINDABLE ? "unbindable" : "private";
}
