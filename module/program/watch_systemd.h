/* SPDX-License-Identifier: Apache-2.0 */
/*
 * systemd's two sockets: that of the service manager, sd_notify(3), and the journal's own, of
 * which the protocol is documented for those who do without its library.
 */
#pragma once

#include <stdbool.h>

#include "base/strbuf.h"

/* Tell the service manager a state, such as "READY=1"; nothing where none has started us. */
void systemd_notify(const char *state);

/* Every how many seconds the service manager wants to hear of us; 0: never. */
double systemd_watchdog(void);

/* Whether our standard output goes to the journal. */
bool systemd_is_journal(void);

/*
 * Add a field to an entry: the name in capital letters, and any text. journal_send() sends the
 * whole of it.
 */
void journal_add(struct strbuf *entry, const char *name, const char *text);
void journal_send(const struct strbuf *entry);
