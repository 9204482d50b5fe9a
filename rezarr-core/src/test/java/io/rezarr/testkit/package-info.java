/**
 * What the tests of several modules share: contracts that every implementation must keep, and stores that fail on
 * purpose. Given out as the test-jar of this module.
 */
@NullMarked
package io.rezarr.testkit;

import org.jspecify.annotations.NullMarked;
