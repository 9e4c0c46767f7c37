/* The text of the reply's schema; "@name" in an enum stands for a table, see schema.c. */
#pragma once

extern const char reply_schema[];
