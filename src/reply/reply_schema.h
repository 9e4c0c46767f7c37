/* SPDX-License-Identifier: Apache-2.0 */
/* The text of reply_schema.json; "@name" in an enum stands for a table, see schema.c. */
#pragma once

extern const char reply_schema[];
