# SPDX-License-Identifier: Apache-2.0
# The shares of a host as data.
#
# Why: which host shares what is no code. See hiera/: a node completes the shares that all hosts
# have, or takes one away (`www: '--'`), and the class is all that stands in the manifest.

include robind
