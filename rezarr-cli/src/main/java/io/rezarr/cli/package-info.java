/**
 * The command line: parse, call, print, exit code. No logic that a user of the library would miss; the only place that writes to stdout and
 * stderr.
 */
@NullMarked
package io.rezarr.cli;

import org.jspecify.annotations.NullMarked;
