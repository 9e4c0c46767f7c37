# SPDX-License-Identifier: Apache-2.0
# make            the program, in build/release/robind
# make check      every test; installs what they need first (ROBIND_NO_INSTALL=1 forbids that)
# make check-long every test in every variation, on every kernel and Debian: hours
# make check-all  the same as make check, as root, as an ordinary user and in a user namespace
# make check-old  the core as on two older kernels
# make check-surrounded  a part in a container, below filters, without rights
# make check-NAME the tests with a real caller, tests/suites/NAME: see SUITES
# make check-unit the tests of the modules alone, which need next to nothing
# make search     cases that nobody has tried yet, for SECONDS=180: tests/search/README.md
# make demo       a short tour in a private mount namespace
# make scene      MariaDB, Dovecot and Postfix in real containers, told step by step, as root;
#                 ENGINE=docker|bwrap; installs what it needs (Debian, Ubuntu)
# make portable   one static program for every host, in build/portable/x86_64 and aarch64
# make ansible-collection  what `ansible-galaxy collection install` takes, in build
# make puppet-module       what `puppet module install` takes, in build
# make dist       the release as a tarball, in build; from that, deb and rpm make packages there
# make lint       the order of the folders, clang-format, clang-tidy, cppcheck, shellcheck
# make man        the manual pages, where there is scdoc
# make docs       the same as HTML too, in build/release/html, where there is mandoc
# make install    DESTDIR= PREFIX=/usr/local; and for sbindir, datadir, mandir, systemunitdir
#                 and helperdir (where mount(8) looks for mount.robind) see below
#
# make fuzz       the readers on made-up inputs, SECONDS=30 each, side by side JOBS=2
#
# make mutate     small faults in plan/, mount/, fstab/ and request/, COUNT=300 of them by SEED=1:
#                 does a unit test see each? PARTS="plan/drift.c plan/plan.c:41" for some alone
# make bench      what it costs beside loops, mount(8) and other modules: tests/bench/README.md;
#                 ROWS= COUNTS= RUNS= choose a part. make bench-ci: are the ratios within bounds?
# make faults     each call, each allocation of each kind of run fails, or each seventh; TESTS_LONG=1
# make coverage   the lines and branches of src/ that the unit tests reach, and those that they do
#                 not; with TESTS= all tests
#
# VARIANT=release|debug|asan|coverage|fuzz and CC=... each build in a folder of their own, so no
# object is ever used with flags that it was not made with.
VERSION    := 0.1.0
# What the collection, the module and the cookbook name as theirs.
HOMEPAGE   := https://github.com/robind/robind
VARIANT    ?= release
PREFIX     ?= /usr/local
sbindir    ?= $(PREFIX)/sbin
datadir    ?= $(PREFIX)/share
mandir     ?= $(datadir)/man
bashcompdir ?= $(datadir)/bash-completion/completions
zshcompdir  ?= $(datadir)/zsh/site-functions
fishcompdir ?= $(datadir)/fish/vendor_completions.d
systemunitdir ?= $(PREFIX)/lib/systemd/system
helperdir  ?= /sbin
SCDOC      ?= scdoc
PKG_CONFIG ?= pkg-config
# Debian's pytest and jsonschema belong to this one; another may come first in PATH.
PYTHON     ?= /usr/bin/python3
MAKEFLAGS  += --no-print-directory
export PKG_CONFIG PYTHON

# What of it this compiler has, for its machine. Asked for where it is used, which is once.
harden = -U_FORTIFY_SOURCE $(shell { for flag in -fstack-protector-strong \
	-fstack-clash-protection -fcf-protection -mbranch-protection=standard; do \
		$(CC) -Werror $$flag -S -o - -x c /dev/null >&3 && echo $$flag; done; \
	echo 'int x(void *p) { return __builtin_dynamic_object_size(p, 0); }' | \
		$(CC) -Werror -S -o - -x c - >&3 && echo -D_FORTIFY_SOURCE=3 || \
		echo -D_FORTIFY_SOURCE=2; } 2>/dev/null 3>/dev/null)
opt_release   = -O2 -g $(harden) -ffile-prefix-map=$(CURDIR)=.
opt_debug    := -Og -g3 -Werror
opt_asan     := -O1 -g -Werror -fno-omit-frame-pointer
opt_coverage := -O0 -g
opt_fuzz     := -O1 -g -Werror -fno-omit-frame-pointer
instrument_asan     := -fsanitize=address,undefined -fno-sanitize-recover=all
instrument_coverage := --coverage
instrument_fuzz     := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
ifeq ($(opt_$(VARIANT)),)
$(error unknown VARIANT '$(VARIANT)': release, debug, asan, coverage or fuzz)
endif

# libFuzzer is clang's own.
ifeq ($(VARIANT),fuzz)
CC := clang
endif
compiler := $(firstword $(filter-out cc gcc ccache,$(notdir $(CC))))
OUT      := build/$(compiler:%=%-)$(VARIANT)

# The user's word (CFLAGS, CPPFLAGS, LDFLAGS) comes last and is not rewritten.
CFLAGS   ?= $(opt_$(VARIANT))
WARNINGS := -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wundef -Wstrict-prototypes \
	-Wmissing-prototypes
# Asked for at each use and not once above: `make check` may only just have installed them.
# libmount is loaded when it is needed (src/kernel/libmount.h), so --as-needed leaves it out.
PKGS = mount jansson
LIBS = $(or $(shell $(PKG_CONFIG) --libs $(PKGS)),$(error try 'make deps' for $(PKGS))) -ldl
# On 32 bits: sizes and times of 64. Elsewhere this would rename calls for nothing.
large := $(if $(findstring __LP64__,$(shell $(CC) -dM -E -x c /dev/null 2>/dev/null)),, \
	-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64)
ALL_CPPFLAGS = -D_GNU_SOURCE $(large) -DROBIND_VERSION='"$(VERSION)"' -Isrc -Imodule -Itests/lib \
	$(if $(LIBS),$(shell $(PKG_CONFIG) --cflags $(PKGS))) $(CPPFLAGS)
ALL_CFLAGS  := -std=gnu11 -fPIE $(WARNINGS) $(instrument_$(VARIANT)) $(CFLAGS)
ALL_LDFLAGS := -pie $(instrument_$(VARIANT)) \
	-Wl,--as-needed,-z,relro,-z,now,-z,noexecstack $(LDFLAGS)

objects = $(patsubst %.c,$(OUT)/%.o,$(sort $(wildcard $(1))))
programs = $(patsubst %.o,%,$(call objects,$(1)))
UNIT  := $(call programs,tests/unit/*/test_*.c)
NS    := $(call programs,tests/ns/*/test_*.c)
TOOLS := $(call programs,tests/tools/*.c)
PRELOADS := $(patsubst %.c,$(OUT)/%.so,$(wildcard tests/tools/preload/*.c))
BENCH := $(call programs,tests/bench/*.c)
FUZZ  := $(call programs,tests/fuzz/fuzz_*.c)
REPLAY := $(patsubst tests/fuzz/fuzz_%.c,$(OUT)/tests/fuzz/replay_%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_LIB := $(patsubst %,$(OUT)/tests/fuzz/%.o,input fstab_reading request_check)

all: $(OUT)/robind
tests: all $(UNIT) $(NS) $(TOOLS) $(PRELOADS) $(REPLAY) ; @:
bench-tools: all $(BENCH) $(OUT)/tests/tools/host $(OUT)/tests/tools/old_kernel ; @:

$(OUT)/robind: $(OUT)/module/program/main.o $(OUT)/program.a $(OUT)/core.a
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(OUT)/core.a: $(call objects,src/*/*.c) $(patsubst %,$(OUT)/%.o,$(wildcard src/*/*.json))
	rm -f $@ && $(AR) rcs $@ $^

# All of it but main(), so that tests can have it.
$(OUT)/program.a: $(filter-out %/main.o,$(call objects,module/program/*.c))
	rm -f $@ && $(AR) rcs $@ $^

$(OUT)/tests/lib.a: $(call objects,tests/lib/*.c)
	rm -f $@ && $(AR) rcs $@ $^

$(OUT)/tests/unit/% $(OUT)/tests/ns/% $(OUT)/tests/lib/%: private PKGS += check
# What tests/lib/failing_memory.c stands in for: there an allocation may fail.
allocating := malloc calloc realloc reallocarray strdup strndup asprintf vasprintf
$(OUT)/tests/unit/plan/% $(OUT)/tests/unit/%/test_memory: private ALL_LDFLAGS += \
	-Wl,-u,failing_memory_begin $(allocating:%=-Wl,--wrap=%)
# A fake stands before core.a in all tests of its folder: what defines the same in there is
# left out, and what a fake forgot is defined twice, which no linker takes.
FAKES := $(call objects,tests/unit/*/fake_*.c)
.SECONDEXPANSION:
$(UNIT): $$(filter $$(@D)/%,$(FAKES))
# The demo has it, and does without the tests' libraries.
$(OUT)/tests/tools/echo_socket: %: %.o
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $<
$(UNIT) $(NS) $(filter-out %/echo_socket,$(TOOLS)) $(BENCH): $(OUT)/%: $(OUT)/%.o $(OUT)/tests/lib.a $(OUT)/program.a $(OUT)/core.a
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

# What a target stands in for: the calls of these from everywhere go to its __wrap_NAME.
wraps_cli          := input_read
wraps_mount_helper := run_request sys_enter_namespace sys_is_automount
wraps_mount_table  := sys_read_mountinfo poll
wraps_process      := fopen fopen64
$(FUZZ): $(OUT)/%: $(OUT)/%.o $(FUZZ_LIB) $(OUT)/program.a $(OUT)/core.a
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -fsanitize=fuzzer \
		$(wraps_$(@F:fuzz_%=%):%=-Wl,--wrap=%) -o $@ $^ $(LIBS)
# The same without libFuzzer, on the seeds alone.
$(REPLAY): $(OUT)/tests/fuzz/replay_%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/tests/fuzz/replay.o $(FUZZ_LIB) \
		$(OUT)/program.a $(OUT)/core.a
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(wraps_$*:%=-Wl,--wrap=%) -o $@ $^ $(LIBS)

$(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -MMD -MP $(ALL_CFLAGS) -c -o $@ $<

# Beside whatever the program is: with no instrument of its own.
$(OUT)/tests/tools/preload/%.so: tests/tools/preload/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -std=gnu11 $(WARNINGS) -O2 -fPIC -shared -o $@ $<

# The system calls that the headers know, by name.
$(OUT)/tests/tools/call_names.h: Makefile
	@mkdir -p $(@D)
	echo '#include <sys/syscall.h>' | $(CC) -E -dM - | \
		sed -n 's/^#define SYS_\([a-z0-9_]*\) .*/{"\1", SYS_\1},/p' >$@.new && mv $@.new $@
$(OUT)/tests/tools/allow_calls.o: $(OUT)/tests/tools/call_names.h
$(OUT)/tests/tools/allow_calls.o: private CPPFLAGS += -I$(OUT)/tests/tools

# FILE.json is a text in the program: `const char FILE[]`, which FILE.h declares.
$(OUT)/%.json.c: %.json Makefile
	@mkdir -p $(@D)
	{ echo '#include "$(<:src/%.json=%.h)"' && echo 'const char $(*F)[] =' && \
		sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $< && echo ';'; } >$@.new && mv $@.new $@
$(OUT)/%.json.o: $(OUT)/%.json.c
	$(CC) $(ALL_CPPFLAGS) -MMD -MP $(ALL_CFLAGS) -c -o $@ $<

# A second make builds, so that what the first one installed is seen. PROGRAM=FILE tests that
# robind in place of the one that is built.
check check-long check-all check-old check-surrounded: deps-check
	@$(MAKE) tests
	@$(env_$@) tests/run $(run_$@) $(PROGRAM:%=--program %) $(OUT)
	@$(if $(TESTS)$(PROGRAM),,$(foreach suite,$(suites_$@),$(env_$@) KERNELS=all $(MAKE) check-$(suite) &&)) :
run_check-all := --everyone
run_check-old := --old
run_check-surrounded := --surrounded
# Not by an `export` of this target: GNU make 4.4 then keeps a caller's own from all others.
env_check-long := TESTS_LONG=1
# Those of which CI has a part, or nothing. Whoever chooses a part of the tests wants none of them.
suites_check-long := architectures ansible boot distros kernels packages portable

# Of the modules alone, where there are neither mounts nor pytest: in a package's build, on a
# machine for which libcheck's 4 s may be short.
check-unit: private export CK_DEFAULT_TIMEOUT := 60
check-unit: $(UNIT)
	@n=0; for test in $^; do CK_VERBOSITY=minimal $$test || n=$$((n + 1)); done; \
		[ $$n = 0 ] || { echo "$$n of these failed"; false; }

JOBS    ?= 2
fuzz-build:
	@tests/install-deps check clang
	@$(MAKE) VARIANT=fuzz fuzz-programs
fuzz: fuzz-build
	@$(PYTHON) tests/fuzz/run --seconds $(or $(SECONDS),30) --jobs $(JOBS)
fuzz-programs: $(FUZZ)
.PHONY: fuzz fuzz-build fuzz-programs

# Each seventh of them, or with TESTS_LONG=1 all.
faults: deps-check
	@$(MAKE) tests
	@rm -f $(OUT)/faults.rows
	@TESTS=test_every_fault TESTS_FAULTS='$(abspath $(OUT))/faults.rows' tests/run $(OUT); r=$$?; \
		$(PYTHON) tests/lib/tried.py faults $(OUT)/faults.rows $(or $(JSON),$(OUT)/faults.json) && \
		exit $$r

# Beginning with nothing: what an earlier run reached does not count.
coverage: deps-check
	@$(MAKE) VARIANT=coverage tests
	@find build/coverage -name '*.gcda' -delete
	-@TESTS='$(if $(filter undefined,$(origin TESTS)),unit/,$(TESTS))' tests/run build/coverage
	@tests/coverage/run --json build/coverage/coverage.json build/coverage

mutate:
	@tests/install-deps check
	@nice tests/mutate/apart build/mutate tests/mutate/run --count $(or $(COUNT),300) --seed $(or $(SEED),1) --jobs $(JOBS) \
		$(JSON:%=--json %) $(PARTS)

# Those that want large packages, each in a folder of its own.
SUITES := $(patsubst tests/suites/%/,%,$(sort $(wildcard tests/suites/*/)))
with_kernels := bench-tools
deps_kernels = $(findstring arm64,$(or $(KERNELS:all=arm64),$(TESTS_LONG:1=arm64)))
$(SUITES:%=check-%): check-%: deps-check
	@tests/install-deps $* $(deps_$*)
	@$(MAKE) tests $(with_$*)
	@tests/run --suite $* $(OUT)

# Its collection carries the portable programs.
check-ansible: portable
portable:
	@tests/install-deps static
	@module/portable/build x86_64 aarch64

# The date makes the first seed, so that each day tries others. A third of the time is for robind watch,
# which waits more than it works.
search: export ROBIND := $(abspath $(OUT))/robind
search: deps-check
	@$(MAKE) tests
	@seconds=$(or $(SECONDS),180) first=$(or $(FROM),$$(($$(date +%s) / 60 * 1000))) found=0; \
	tests/search/run --seconds $$((seconds * 2 / 3)) --jobs $$(nproc) --from $$first \
		--told '^(again: )?(check differs|not settled)' $(JSON:%=--json %) || found=1; \
	tests/search/run --watch --seconds $$((seconds / 3)) --jobs $$((3 * $$(nproc))) --from $$first \
		--no-shrink || found=1; \
	exit $$found

# What it costs, beside what can be had without it: tests/bench/README.md.
bench bench-ci: private export ROBIND := $(abspath $(OUT))/robind
bench bench-ci: private export PYTHONDONTWRITEBYTECODE := 1
bench: deps
	@tests/install-deps bench || echo 'so some of it is missing' >&2
	@$(MAKE) bench-tools
	@$(PYTHON) tests/bench/run $(ROWS:%=--rows %) $(COUNTS:%=--counts %) $(RUNS:%=--runs %) \
		--json build/bench.json --svg build/bench.svg
bench-ci: deps
	@$(MAKE) bench-tools
	@$(PYTHON) tests/bench/run --bounds
.PHONY: bench bench-ci bench-tools

demo: deps
	@$(MAKE) $(addprefix $(OUT)/,robind tests/tools/echo_socket)
	@tests/demo.sh $(OUT)/robind

scene: deps-check
	@tests/install-deps scene
	@$(MAKE) all
	@cd tests/suites && ROBIND='$(abspath $(OUT))/robind' PYTHONPATH=../lib \
		PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m scene $(ENGINE:%=--engine %)

deps:
	@tests/install-deps build docs
deps-check:
	@tests/install-deps check
deps-lint:
	@tests/install-deps lint

# The collection carries a program for each architecture: the portable ones where they are
# built, or are to be built by the same call, else that of this machine.
# CARRIED="DIR/ARCH/robind..." names others.
PORTABLE := $(patsubst %,build/portable/%/robind,x86_64 aarch64)
ifneq ($(filter portable,$(MAKECMDGOALS)),)
CARRIED = $(PORTABLE)
$(PORTABLE): portable ; @:
else
CARRIED = $(or $(wildcard build/portable/*/robind),build/native/$(shell uname -m)/robind)
endif
STAGE ?= build/ansible
# Who hands the portable program on hands these on with it.
LEGAL := LICENSE module/package/NOTICE module/package/LGPL-2.1
build/native/%/robind: $(OUT)/robind
	@install -D $< $@
ansible-collection: $(CARRIED)
	@case '$^' in build/native/*) echo 'this carries the program of this machine alone; for' \
		'all others: make portable ansible-collection' >&2 ;; esac
	@rm -rf $(STAGE)
	@mkdir -p $(STAGE)
	@cp -R module/ansible/. $(LEGAL) $(STAGE)
	@install -D -m 0644 -t $(STAGE)/roles/host/files module/boot/*.service
	@for f in $^; do d=$${f%/robind}; \
		install -m 0755 "$$f" "$(STAGE)/plugins/modules/robind_$${d##*/}"; \
		[ ! -f "$$d/robind.spdx.json" ] || install -m 0644 "$$d/robind.spdx.json" \
		"$(STAGE)/robind_$${d##*/}.spdx.json"; done
	@ansible-galaxy collection build --force --output-path $(dir $(STAGE)) $(STAGE)

# The module carries the portable programs, where they are built.
PUPPET_STAGE ?= build/puppet
PUPPET_MODULE = $(PUPPET_STAGE)/robind-robind-$(VERSION)
.PHONY: puppet-module
puppet-module: $(filter build/portable/%,$(CARRIED))
	@rm -rf $(PUPPET_MODULE)
	@mkdir -p $(PUPPET_MODULE)
	@cp -R module/puppet/robind/. $(LEGAL) $(PUPPET_MODULE)
	@for f in $^; do d=$${f%/robind}; \
		install -m 0755 "$$f" "$(PUPPET_MODULE)/files/bin/robind-$${d##*/}"; \
		[ ! -f "$$d/robind.spdx.json" ] || install -m 0644 "$$d/robind.spdx.json" \
		"$(PUPPET_MODULE)/files/bin/robind-$${d##*/}.spdx.json"; done
	@tar -C $(PUPPET_STAGE) --sort=name --owner=0 --group=0 --numeric-owner \
		-czf $(PUPPET_MODULE).tar.gz robind-robind-$(VERSION)

C_FILES = $(sort $(wildcard src/*/*.c module/program/*.c tests/*/*.c tests/*/*/*.c))
# A fuzz target's MUST() is not known to end the program.
LINT_FILES = $(filter-out tests/fuzz/%,$(C_FILES))
H_FILES = $(sort $(wildcard src/*/*.h module/program/*.h tests/*/*.h tests/*/*/*.h))
SCRIPTS = $(shell find .ci tests module manifests -type f -exec \
	awk 'FNR == 1 && /^.!.*sh$$/ { print FILENAME } { nextfile }' {} +) \
	module/completions/robind.bash

# clang-tidy says on stderr how many findings in system headers it did not show.
lint: private PKGS += check
lint: deps-lint all $(OUT)/tests/tools/call_names.h
	@echo layers
	@tests/lint/layers
	@echo circles
	@tests/lint/circles $(OUT)
	@echo clang-format
	@clang-format --dry-run -Werror $(C_FILES) $(H_FILES)
	@echo clang-tidy
	@mkdir -p $(OUT)
	@printf '%s\n' $(LINT_FILES) | xargs -P $$(nproc) -I {} clang-tidy --quiet {} -- \
		$(ALL_CPPFLAGS) -I$(OUT)/tests/tools -std=gnu11 $(WARNINGS) 2>$(OUT)/clang-tidy.log || \
		{ grep -v 'generated\.$$' $(OUT)/clang-tidy.log; false; }
	@echo cppcheck
	@cppcheck -q -j $$(nproc) --std=c11 --enable=warning,performance,portability \
		--inline-suppr --error-exitcode=1 -D_GNU_SOURCE -Isrc -Imodule -Itests/lib $(LINT_FILES)
	@echo shellcheck
	@shellcheck $(SCRIPTS)
	@echo spdx
	@tests/lint/spdx
	@echo hardening
	@tests/lint/hardened $(OUT)/robind $(wildcard build/portable/*/robind)

format:
	clang-format -i $(C_FILES) $(H_FILES)

# No file where there is no scdoc, or for HTML no mandoc: everything else can do without.
MAN  := $(patsubst module/man/%.scd,$(OUT)/man/%,$(wildcard module/man/*.scd))
HTML := $(MAN:$(OUT)/man/%=$(OUT)/html/%.html)
man: $(MAN)
docs: man $(HTML)
$(OUT)/man/%: module/man/%.scd
	@mkdir -p $(@D)
	@if command -v $(SCDOC) >/dev/null; then \
		$(SCDOC) <$< >$@.new && mv $@.new $@; \
	else echo 'no $(SCDOC), so no manual page $*'; fi
$(OUT)/html/%.html: $(OUT)/man/%
	@mkdir -p $(@D)
	@if command -v mandoc >/dev/null && [ -f $< ]; then \
		mandoc -T html -O man=%N.%S.html $< >$@.new && mv $@.new $@; \
	else echo 'no mandoc, so no HTML of $*'; fi

# The link stays right in an image that lies elsewhere, and where /sbin is one of /usr: relative
# within one folder of the root, absolute between two.
helper_link = $(shell printf '%s\n' '$(helperdir)' '$(sbindir)/robind' | awk -F / \
	'NR == 1 { n = split($$0, from, "/"); next } { m = split($$0, to, "/"); \
	if (from[2] != to[2]) { print; exit } \
	for (i = 2; i <= n && from[i] == to[i]; i++); for (k = i; k <= n; k++) up = up "../"; \
	for (k = i; k <= m; k++) up = up to[k] (k < m ? "/" : ""); print up }')

# What goes where; the unit says where the program is. One that runs goes on with the old file.
UNITS := $(notdir $(wildcard module/boot/*.service))
install: all man
	install -d $(foreach d,sbindir helperdir systemunitdir,'$(DESTDIR)$($d)')
	install -m 0755 $(OUT)/robind '$(DESTDIR)$(sbindir)/.robind.new'
	mv -f '$(DESTDIR)$(sbindir)/.robind.new' '$(DESTDIR)$(sbindir)/robind'
	ln -sfn '$(helper_link)' '$(DESTDIR)$(helperdir)/mount.robind'
	@for unit in $(UNITS); do sed 's|/usr/local/sbin/|$(sbindir)/|' "module/boot/$$unit" \
		>'$(DESTDIR)$(systemunitdir)'/"$$unit" && \
		chmod 0644 '$(DESTDIR)$(systemunitdir)'/"$$unit" || exit 1; done
	@for page in $(notdir $(MAN)); do [ ! -f "$(OUT)/man/$$page" ] || \
		install -D -m 0644 -t '$(DESTDIR)$(mandir)'/man"$${page##*.}" "$(OUT)/man/$$page"; done
	install -D -m 0644 module/completions/robind.bash '$(DESTDIR)$(bashcompdir)/robind'
	install -D -m 0644 module/completions/_robind '$(DESTDIR)$(zshcompdir)/_robind'
	install -D -m 0644 module/completions/robind.fish '$(DESTDIR)$(fishcompdir)/robind.fish'
	install -D -m 0644 -t '$(DESTDIR)$(datadir)/robind' README.md
	@for schema in request reply; do $(OUT)/robind schema "$$schema" \
		>'$(DESTDIR)$(datadir)/robind/'"$$schema.schema.json"; done
	@rm -rf '$(DESTDIR)$(datadir)/robind/samples'
	@cp -R manifests '$(DESTDIR)$(datadir)/robind/samples'
	@chmod -R u=rwX,go=rX '$(DESTDIR)$(datadir)/robind'

# Without mount.robind the next boot ends at such a line: unknown filesystem type.
uninstall:
	@fstab='$(DESTDIR)/etc/fstab'; [ ! -e "$$fstab" ] || awk '!/^[ \t]*#/ && $$3 == "robind" { \
		print FILENAME ": " $$2 " has the type robind, which needs mount.robind"; n++ } \
		END { if (n) print "first run: robind migrate --to none"; exit !!n }' "$$fstab" >&2
	rm -f $(foreach f,$(sbindir)/robind $(helperdir)/mount.robind \
		$(UNITS:%=$(systemunitdir)/%) $(bashcompdir)/robind \
		$(zshcompdir)/_robind $(fishcompdir)/robind.fish \
		$(foreach p,$(notdir $(MAN)),$(mandir)/man$(subst .,,$(suffix $p))/$p),'$(DESTDIR)$f')
	rm -rf '$(DESTDIR)$(datadir)/robind'

# ---- releases: module/package ----

# What git knows, or, unpacked from a release, all that is there. Whoever packs it, whenever and
# where: the same bytes.
DIST  := robind-$(VERSION)
epoch  = $(or $(SOURCE_DATE_EPOCH),$(shell [ -e .git ] && git log -1 --format=%ct || \
	stat -c %Y Makefile))
listed = if [ -e .git ]; then git ls-files; else find . \( -path ./build -o -name __pycache__ -o \
	-name .pytest_cache \) -prune -o ! -type d -print | sed 's|^\./||'; fi | LC_ALL=C sort
dist: build/$(DIST).tar.gz
build/$(DIST).tar.gz: FORCE
	@mkdir -p $(@D)
	@$(listed) | tar --create --format=ustar --no-recursion --verbatim-files-from --files-from=- \
		--mtime=@$(epoch) --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		--transform='s|^|$(DIST)/|' | gzip -9n >$@.new && mv $@.new $@
	@sha256sum $@

# Each from the release, in folders of their own below build.
deb rpm: dist
	@tests/install-deps $@
	@module/package/build $@ build/$(DIST).tar.gz

# For whoever links the portable program with another libmount: module/package/NOTICE.
portable-objects: portable
	@module/package/build objects x86_64 aarch64
.PHONY: dist deb rpm portable-objects check-unit FORCE

clean:
	rm -rf build

-include $(wildcard $(OUT)/*/*/*.d $(OUT)/*/*/*/*.d)
.SECONDARY:
.PHONY: all tests bench check check-long check-all check-old check-surrounded search mutate coverage faults $(SUITES:%=check-%) portable demo scene deps deps-check deps-lint lint format \
	man docs ansible-collection install uninstall clean
