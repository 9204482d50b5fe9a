/**
 * What the tests of several modules share: golden and broken stores, contracts, generators, faulty stores. Given out as
 * rezarr-core's test-jar; nothing here may be needed at run time.
 */
@NullMarked
package io.rezarr.testkit;

import org.jspecify.annotations.NullMarked;
