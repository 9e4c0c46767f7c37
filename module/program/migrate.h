/* SPDX-License-Identifier: Apache-2.0 */
/* `robind migrate`: the lines of fstab that robind wrote, with its helper or without. */
#pragma once

#include "call.h"

/* Change the type of the lines as the command line says. Returns the exit status. */
int migrate_run(struct call *call);
