#include "output.h"

#include <stdio.h>

int output_json(const json_t *reply)
{
	if (json_dumpf(reply, stdout, JSON_COMPACT | JSON_ENSURE_ASCII) < 0)
		return -1;
	return output_text("\n");
}

int output_text(const char *text)
{
	if (fputs(text, stdout) == EOF)
		return -1;
	return fflush(stdout) == EOF || ferror(stdout) ? -1 : 0;
}

int output_no_memory(bool changed)
{
	return output_text(
		changed ? "{\"changed\":true,\"failed\":true,\"msg\":\"out of "
			  "memory\",\"error\":"
			  "{\"code\":\"memory\",\"at\":\"\",\"errno\":\"ENOMEM\",\"msg\":"
			  "\"out of memory\"}}\n"
			: "{\"changed\":false,\"failed\":true,\"msg\":\"out of "
			  "memory\",\"error\":"
			  "{\"code\":\"memory\",\"at\":\"\",\"errno\":\"ENOMEM\",\"msg\":"
			  "\"out of memory\"}}\n");
}
