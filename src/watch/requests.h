/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a watch: read again when they were written, and found when they are new. */
#pragma once

#include "watch/state.h"

/* Read a request again, and make its first pass; one that cannot be read is told, and stays. */
void requests_reload(struct watch *w, struct watch_file *f);

/* Leave what is asked for to others, unless nothing is mended anyway. */
void requests_leave(struct watch *w);

/* Look in the directories, which are watched, for requests that are new: these are due then. */
void requests_find(struct watch *w);
