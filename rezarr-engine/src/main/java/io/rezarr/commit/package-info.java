/**
 * What makes a result visible and a run safe on local file systems: the lock, the checks before a run, the journal, the
 * swap of an old node for a new one, and recovery after an interruption. Works on directories and metadata documents;
 * reads and writes no chunk, and knows neither plans nor codecs.
 */
@NullMarked
package io.rezarr.commit;

import org.jspecify.annotations.NullMarked;
